// What residents of the demo district have on their minds: situations with a text, the department
// that it belongs to and the answer that ends it. {place}, {road}, {door}, {since}, {n} stand for
// something that the village and chance fill in.
#pragma once

#include <span>
#include <string_view>

namespace tools::demo {

struct Situation {
  std::string_view category;    // code, see demo_directory.cpp
  std::string_view department;  // code; whose it is when the village cannot do it alone
  std::string_view title;
  std::string_view text;
  std::string_view progress;  // what whoever has it in hand notes on the way
  std::string_view reply;
};

// Roads, water, waste: what a district looks like.
std::span<const Situation> city_situations();
// Homes, insurance, school, land: what people live by.
std::span<const Situation> livelihood_situations();
// Neighbours, safety, noise, trade: what people have with one another.
std::span<const Situation> order_situations();

}  // namespace tools::demo
