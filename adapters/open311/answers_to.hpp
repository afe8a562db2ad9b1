// Whether the answers to a service's questions fit its definition, and what they say to a person.
// Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "adapters/open311/arguments.hpp"
#include "adapters/open311/services.hpp"

namespace adapters::open311 {

struct Answered {
  std::vector<std::pair<std::string, std::string>> lines;  // question, answer in words
  std::vector<std::string> flaws;                          // a sentence each
};

// `entry`: nullptr, nothing is asked. What is said beyond the definition is kept as it is; what is
// said to an attribute that asks nothing (variable = false) is passed over.
Answered answers_to(const ServiceEntry* entry, const std::vector<Said>& said, int offset_minutes);

}  // namespace adapters::open311
