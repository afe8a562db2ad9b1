#include "adapters/http/meter.hpp"

#include <algorithm>
#include <charconv>

#include "adapters/http/health.hpp"

namespace adapters::http {
namespace {

void put_number(std::string& out, double value) {
  char digits[32];
  const auto [end, failed] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, failed == std::errc{} ? end : digits);
}

void put_head(std::string& out, std::string_view name, std::string_view help,
              std::string_view type) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n");
  out.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void put_one(std::string& out, std::string_view name, std::string_view help, std::string_view type,
             double value) {
  put_head(out, name, help, type);
  out.append(name).append(" ");
  put_number(out, value);
  out += '\n';
}

void put_writer(std::string& out, const engine::writer::Counters& counters) {
  const auto count = [&](const char* name, const char* help, std::uint64_t value) {
    put_one(out, name, help, "counter", static_cast<double>(value));
  };
  count("sihe_writer_submissions_total", "Submissions answered by the writer.",
        counters.submissions);
  count("sihe_writer_facts_total", "Facts recorded since the start.", counters.recorded);
  count("sihe_writer_refused_total", "Submissions refused or moved.", counters.refused);
  count("sihe_writer_repeated_total", "Submissions that had been recorded before.",
        counters.repeated);
  count("sihe_writer_overloaded_total", "Submissions not taken because the queue was full.",
        counters.overloaded);
  count("sihe_writer_batches_total", "Group commits, each synced once.", counters.batches);
  put_one(out, "sihe_writer_waiting", "Submissions that wait.", "gauge",
          static_cast<double>(counters.waiting));
}

void put_log(std::string& out, const ApiParts& parts) {
  const engine::Position last = parts.log.last();
  put_one(out, "sihe_log_position", "The last position of the log.", "gauge",
          static_cast<double>(last.value));
  put_one(out, "sihe_log_read_only", "1 after a storage fault: nothing is taken until a restart.",
          "gauge", parts.log.read_only() || parts.writer.read_only() ? 1 : 0);
  put_head(out, "sihe_view_position", "The position up to which a view has taken the log in.",
           "gauge");
  for (const std::string& view : views_of(parts)) {
    out.append("sihe_view_position{view=\"").append(view).append("\"} ");
    put_number(out, static_cast<double>(parts.projector.position(view).value));
    out += '\n';
  }
}

}  // namespace

Meter::Meter() : all_(routes().size() + 1) {}

void Meter::count(const Route* route, unsigned status, std::chrono::nanoseconds took) {
  OfRoute& of =
      all_[route == nullptr ? routes().size() : static_cast<std::size_t>(route - routes().data())];
  std::size_t at = 0;
  while (statuses[at] != status && statuses[at] != 0) ++at;
  of.by_status[at].fetch_add(1, std::memory_order_relaxed);
  const double seconds = std::chrono::duration<double>(took).count();
  std::size_t bucket = 0;
  while (bucket < bounds_s.size() && seconds > bounds_s[bucket]) ++bucket;
  of.by_time[bucket].fetch_add(1, std::memory_order_relaxed);
  of.sum_ns.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

// A route's labels: what is served there, not what was asked for, which may be anything.
std::string Meter::labels(std::size_t index) {
  if (index == routes().size()) return "route=\"none\"";
  const Route& route = routes()[index];
  return "method=\"" + std::string(route.method) + "\",route=\"" + std::string(route.path) + "\"";
}

void Meter::put_requests(std::string& out) const {
  put_head(out, "sihe_api_requests_total", "Requests answered, by route and status.", "counter");
  for (std::size_t i = 0; i < all_.size(); ++i) {
    for (std::size_t j = 0; j < statuses.size(); ++j) {
      const std::uint64_t count = all_[i].by_status[j].load(std::memory_order_relaxed);
      if (count == 0) continue;
      out += "sihe_api_requests_total{" + labels(i) + ",status=\"" +
             (statuses[j] == 0 ? "other" : std::to_string(statuses[j])) + "\"} ";
      put_number(out, static_cast<double>(count));
      out += '\n';
    }
  }
}

void Meter::put_times(std::string& out) const {
  const std::string name = "sihe_api_request_seconds";
  put_head(out, name, "Time from the request to its answer, by route.", "histogram");
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const OfRoute& of = all_[i];
    std::uint64_t count = 0;
    std::string lines;
    for (std::size_t j = 0; j <= bounds_s.size(); ++j) {
      count += of.by_time[j].load(std::memory_order_relaxed);
      lines += name + "_bucket{" + labels(i) + ",le=\"";
      if (j == bounds_s.size()) {
        lines += "+Inf";
      } else {
        put_number(lines, bounds_s[j]);
      }
      lines += "\"} " + std::to_string(count) + "\n";
    }
    if (count == 0) continue;
    lines += name + "_sum{" + labels(i) + "} ";
    put_number(lines, static_cast<double>(of.sum_ns.load(std::memory_order_relaxed)) / 1e9);
    lines += "\n" + name + "_count{" + labels(i) + "} " + std::to_string(count) + "\n";
    out += lines;
  }
}

std::string Meter::text(const ApiParts& parts, std::size_t feeds) const {
  std::string out;
  put_log(out, parts);
  put_writer(out, parts.writer.counters());
  put_one(out, "sihe_feeds", "Followers of /v1/events.", "gauge", static_cast<double>(feeds));
  put_one(out, "sihe_tokens_stale", "1 while the token file cannot be read as it stands.", "gauge",
          parts.tokens.trouble().empty() ? 0 : 1);
  if (parts.more_metrics) {
    for (const Metric& each : parts.more_metrics()) {
      put_one(out, each.name, each.help, each.type, each.value);
    }
  }
  put_requests(out);
  put_times(out);
  return out;
}

}  // namespace adapters::http
