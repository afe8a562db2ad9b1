// The words of a request as one readable text, and back: first what the resident says, then a line
// for each answer, picture and place that has no field of its own.
//
//   路灯不亮
//
//   · Is it hazardous?: Yes
//   · media_url: https://…
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters::open311 {

struct ReportText {
  std::string description;
  std::vector<std::pair<std::string, std::string>> lines;  // question, answer
  std::vector<std::string> media;
};

std::string to_text(const ReportText& parts);
// What to_text() made is taken apart again; any other text is a description.
ReportText from_text(std::string_view text);

}  // namespace adapters::open311
