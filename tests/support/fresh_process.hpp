// Tests that fork must run where RocksDB has no threads yet: a forked child has none of them.
#pragma once

#include <functional>
#include <string>

namespace support {

// Runs the current test in a process of its own and takes its result over, unless this is it.
// Gives true in that process: go on. False in the other: it is done.
bool in_fresh_process();

// What a forked child has to say, in memory that both see.
struct Told {
  std::size_t number = 0;
  std::size_t other = 0;
  char text[1'000] = {};
  void say(const std::string& words);
};

// Runs `body` in a child; the child ends without any destructor, as a killed one would. Returns
// its exit code (what `body` gives), or 128 + the signal that ended it.
int in_child(const std::function<int()>& body);

// Memory that children write and the parent reads.
Told& shared_told();

}  // namespace support
