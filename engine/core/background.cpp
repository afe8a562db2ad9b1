#include "engine/core/background.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/core/ensure.hpp"

namespace engine {

namespace {

// A tenth of the weight of a thread of nice 0, as the kernel's table has it.
constexpr int nice_value = 10;

}  // namespace

void run_in_background() {
  // To be less urgent is allowed to everybody; who was started less urgent still stays so.
  const auto id = static_cast<id_t>(::gettid());
  if (::getpriority(PRIO_PROCESS, id) < nice_value) {
    ENSURE(::setpriority(PRIO_PROCESS, id, nice_value) == 0);
  }
}

void name_thread(const char* name) { ENSURE(::pthread_setname_np(::pthread_self(), name) == 0); }

}  // namespace engine
