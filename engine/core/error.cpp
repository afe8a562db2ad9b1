#include "engine/core/error.hpp"

#include <stdexcept>

#include "engine/core/ensure.hpp"

namespace engine {

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::conflict:
      return "conflict";
    case Fault::not_found:
      return "not_found";
    case Fault::invalid:
      return "invalid";
    case Fault::too_large:
      return "too_large";
    case Fault::corrupt:
      return "corrupt";
    case Fault::storage:
      return "storage";
    case Fault::read_only:
      return "read_only";
    case Fault::busy:
      return "busy";
    case Fault::cancelled:
      return "cancelled";
  }
  ENSURE(false && "a fault outside the list");
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(std::string(to_string(error.fault)) + ": " + error.detail);
}

}  // namespace engine
