// People of the demo district, made up: residents, liaisons, clerks. Telephone numbers begin with
// 1380000, which nobody has.
#pragma once

#include <string>
#include <string_view>

#include "tools/sihe/demo_chance.hpp"
#include "tools/sihe/demo_directory.hpp"
#include "tools/sihe/demo_situations.hpp"

namespace tools::demo {

struct Resident {
  std::string name;
  std::string phone;
  std::string account;  // at WeChat, WeCom or QQ
};

Resident some_resident(Chance& chance);

// The same for the same community: "林晓东".
std::string liaison_of(const Community& community);
// The same for the same department and number: "综合行政执法局·陈海燕".
std::string clerk_of(std::string_view department, int number);
std::string supervisor(int number);     // "督查室·周敏"
std::string operator_name(int number);  // "7171热线·03席"

// A situation with its gaps filled.
struct Case {
  const Situation* situation = nullptr;
  std::string title;
  std::string text;
  std::string place;
  std::string progress;
  std::string reply;
};

Case some_case(const Community& community, Chance& chance);

// What another neighbour says of the same matter.
std::string said_again(const Case& first, Chance& chance);

}  // namespace tools::demo
