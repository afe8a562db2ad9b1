// A letter that has become an issue without anybody's decision: what it waited for came by its
// channel, under the same id.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"

namespace adapters::intake {

// Closes the letter that `channel` had handed in under `id` with the issue that it has become, if
// there is one and nobody has decided. `by`: in whose name. `done` once, from any thread, whatever
// came of it: a letter that could not be closed is still held, and closed the next time.
void settle(const engine::log::LogReader& log, engine::writer::Writer& writer,
            std::string_view channel, std::string_view id, std::uint64_t issue,
            const engine::writer::Actor& by, std::function<void()> done);

}  // namespace adapters::intake
