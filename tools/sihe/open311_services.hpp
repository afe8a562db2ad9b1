// The file that says what Open311 services ask for (adapters/open311/services.hpp shows its form).
#pragma once

#include <string>

#include "adapters/open311/services.hpp"
#include "engine/core/error.hpp"

namespace tools {

// "": no services have anything beyond their category. invalid: the file cannot be read or meant;
// all that is wrong with it at once, with its lines.
engine::Result<adapters::open311::ServiceBook> read_services(const std::string& file);

}  // namespace tools
