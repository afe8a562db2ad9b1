// The personal words of issues, unsealed for one answer, and that they were read. Internal to
// adapters/open311.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/open311/gateway.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/timeline.hpp"

namespace adapters::open311 {

class WordReader {
 public:
  // `may_read`: false, all words are withheld.
  WordReader(const Parts& parts, bool may_read) : parts_(parts), may_read_(may_read) {}

  bool may_read() const { return may_read_; }
  // Borrows this.
  workflows::issue::Words words();
  // Whether what was read is taken down, or nothing was read. False: nothing may leave.
  bool taken_down(const std::string& peer, const std::string& api_key_name) const;

 private:
  std::optional<std::string> unseal(const engine::log::RecordView& record, std::string_view field);

  const Parts& parts_;
  bool may_read_;
  std::vector<std::uint64_t> issues_;  // whose words were read
};

}  // namespace adapters::open311
