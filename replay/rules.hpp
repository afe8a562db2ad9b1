// What a verification must know of a workflow to hold its records against it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/ids.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/schema.hpp"

namespace replay {

// What a fact leaves of a stream.
struct Applied {
  std::string summary;  // the workflow's struct; a shorter one in the record is of an older schema
  engine::log::Dims dims;
};

struct Rules {
  engine::WorkflowId workflow;
  const engine::schema::Schema* schema = nullptr;

  // How people call a stream: "issue 2601000000174".
  std::function<std::string(std::uint64_t number)> stream_name;

  // Whether the transition table of that digest leads from `before` to `after` by this fact;
  // nothing if no table of that digest is known. Empty: the workflow has no table.
  std::function<std::optional<bool>(std::uint64_t machine, std::uint8_t before,
                                    engine::FactType type, std::uint8_t after)>
      table_has;

  // What must stand after this record's fact, made from what stood before it; nothing if this
  // program cannot tell. Empty: nothing to hold against.
  // Requires: the record and its fact are well-formed.
  std::function<std::optional<Applied>(const engine::log::RecordView&)> applied;

  // How two summaries differ, in words.
  std::function<std::string(std::string_view is, std::string_view should_be)> difference;
};

// Of all workflows of this program.
std::vector<Rules> all_rules();

}  // namespace replay
