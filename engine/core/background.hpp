// Work that may wait for other work.
#pragma once

namespace engine {

// Lets the calling thread run where others leave it the time: what people look at follows what is
// recorded, and must not keep it waiting. Linux: a thread has a nice value of its own (sched(7)).
void run_in_background();

// Gives the calling thread a name of at most 15 characters, for top and perf.
void name_thread(const char* name);

}  // namespace engine
