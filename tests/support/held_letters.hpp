// Waits for what an office makes of a letter.
#pragma once

#include <future>
#include <utility>

#include "adapters/intake/office.hpp"

namespace support {

inline adapters::intake::Held hold(adapters::intake::Office& office,
                                   adapters::intake::Letter letter) {
  std::promise<adapters::intake::Held> held;
  auto out = held.get_future();
  office.hold(std::move(letter), [&](adapters::intake::Held what) { held.set_value(what); });
  return out.get();
}

}  // namespace support
