// What can go wrong that is nobody's bug. Bugs are ENSUREd; refusals belong to the workflow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace engine {

enum class Fault : std::uint8_t {
  conflict = 1,  // someone wrote first: read again, decide again
  not_found,     // no such stream, position, file or key
  invalid,       // the caller's bytes are not what they claim to be; detail says where
  too_large,     // over a named limit; shrink and retry
  corrupt,       // bytes on disk fail their check; stop and call a person
  storage,       // the disk said no; the log is now read-only
  read_only,     // an earlier fault made it read-only; nothing was written
  busy,          // held by another process, or a queue is full: later
  cancelled,     // somebody asked to stop
};

std::string_view to_string(Fault fault);

struct Error {
  Fault fault;
  std::string detail;  // one sentence for a person: what is wrong, what would be right
};

template <class T>
using Result = boost::system::result<T, Error>;

// Lets result<T, Error>::value() throw, which only tests and main() rely on.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace engine
