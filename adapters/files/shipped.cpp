#include "adapters/files/shipped.hpp"
