// Where a figure was measured, and the arithmetic of figures.
#include <fcntl.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <string>
#include <system_error>

#include "engine/core/ensure.hpp"
#include "tools/sihe/bench.hpp"

namespace tools::bench {

namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

// Every durable figure stands on this one.
double fdatasync_ms(const std::filesystem::path& folder) {
  constexpr int syncs = 200;
  constexpr std::size_t bytes = 4096;
  const std::filesystem::path file = folder / "fdatasync-probe";
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (opened < 0) return 0;
  const std::string block(bytes, 'x');
  std::vector<double> took;
  for (int i = 0; i < syncs; ++i) {
    if (::write(opened, block.data(), block.size()) != static_cast<ssize_t>(bytes)) break;
    const auto begin = std::chrono::steady_clock::now();
    if (::fdatasync(opened) != 0) break;
    const std::chrono::duration<double, std::milli> each = std::chrono::steady_clock::now() - begin;
    took.push_back(each.count());
  }
  ::close(opened);
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  return took.empty() ? 0 : median(took);
}

}  // namespace

double median(std::vector<double> values) {
  ENSURE(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

double nearest_rank(std::vector<double> values, double share) {
  ENSURE(!values.empty());
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

engine::schema::Object machine(const std::filesystem::path& folder) {
  struct sysinfo memory {};
  sysinfo(&memory);
  struct utsname kernel {};
  uname(&kernel);
  constexpr std::uint64_t mib = 1 << 20;
  return {{"processor", processor()},
          {"cores", std::int64_t{get_nprocs()}},
          {"memory_mib", std::uint64_t{memory.totalram} * memory.mem_unit / mib},
          {"kernel", std::string(kernel.release)},
          {"fdatasync_ms", fdatasync_ms(folder)}};
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

RunFolder::RunFolder(const std::filesystem::path& parent) {
  std::filesystem::create_directories(parent);
  std::string name = (parent / "sihe-bench-XXXXXX").string();
  ENSURE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

RunFolder::~RunFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tools::bench
