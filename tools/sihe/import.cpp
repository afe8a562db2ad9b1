// sihe import: the rows of a CSV or JSON file as issues with their own history.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

#include "adapters/files/importer.hpp"
#include "adapters/files/rejected.hpp"
#include "adapters/files/row_mapper.hpp"
#include "adapters/files/shipped.hpp"
#include "adapters/json/json.hpp"
#include "engine/writer/memo.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/trial.hpp"

namespace tools {
namespace {

using adapters::files::ImportCounts;
using adapters::files::ImportListener;
using adapters::files::Mapping;
using adapters::files::RejectedFile;
using adapters::files::Row;
using adapters::files::RowMapper;
using engine::Error;
using engine::Fault;

struct Options {
  std::string data;
  std::string mapping;
  std::string input;
  std::string policy = no_policy;
  std::string calendar = default_calendar;
  bool dry_run = false;
  bool json = false;
};

volatile std::sig_atomic_t interrupted = 0;

// While it lives, Ctrl-C asks the import to end after the row at hand; a second one ends the
// process.
class Interruptible {
 public:
  Interruptible() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, &before_int_);
    sigaction(SIGTERM, &action, &before_term_);
  }
  ~Interruptible() {
    sigaction(SIGINT, &before_int_, nullptr);
    sigaction(SIGTERM, &before_term_, nullptr);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

// A bar on a terminal, nothing elsewhere.
class Bar {
 public:
  Bar() : shown_(isatty(STDERR_FILENO) == 1) {}
  ~Bar() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
  }

  void show(std::uint64_t done, std::uint64_t of, const ImportCounts& counts) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    drawn_ = true;
    constexpr int width = 30;
    const double part = of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of);
    const int full = static_cast<int>(part * width);
    std::string bar(static_cast<std::size_t>(full), '#');
    bar.resize(width, '.');
    std::fprintf(stderr, "\r[%s] %3.0f %%  %llu rows, %llu rejected", bar.c_str(), part * 100,
                 static_cast<unsigned long long>(counts.rows),
                 static_cast<unsigned long long>(counts.rejected));
  }

 private:
  bool shown_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

engine::Result<std::shared_ptr<const Mapping>> find_mapping(const std::string& name) {
  const auto& schema = workflows::issue::schema();
  if (const auto shipped = adapters::files::shipped_mapping(name)) {
    return Mapping::read(*shipped, name, schema);
  }
  std::ifstream file(name, std::ios::binary);
  std::stringstream text;
  if (file && !std::filesystem::is_directory(name)) text << file.rdbuf();
  if (!file || text.str().empty()) {
    std::string known;
    for (const std::string_view each : adapters::files::shipped_mappings()) {
      known += (known.empty() ? "" : ", ") + std::string(each);
    }
    return Error{Fault::not_found, "no mapping " + name + ": neither a file that can be read nor " +
                                       "one of those that come with the program (" + known + ")"};
  }
  return Mapping::read(text.str(), name, schema);
}

// A folder that holds something else than a data folder's parts shall not become one by mistake.
engine::Result<void> check_folder(const std::filesystem::path& root) {
  std::error_code failed;
  if (!std::filesystem::exists(root, failed)) return {};
  if (!std::filesystem::is_directory(root, failed)) {
    return Error{Fault::not_found, root.string() + " is no folder"};
  }
  if (std::filesystem::exists(Paths{root}.log(), failed)) return {};
  if (std::filesystem::is_empty(root, failed)) return {};
  return Error{Fault::not_found, root.string() +
                                     " holds other things and no log: it is no data "
                                     "folder. Name an empty or a new one"};
}

// What is wrong with a command line is told apart from what is wrong with data and disk.
int exit_code(Fault fault) {
  switch (fault) {
    case Fault::not_found:
      return Exit::usage;
    case Fault::invalid:
    case Fault::too_large:
    case Fault::cancelled:
      return Exit::found;
    case Fault::conflict:
    case Fault::corrupt:
    case Fault::storage:
    case Fault::read_only:
    case Fault::busy:
      return Exit::fault;
  }
  return Exit::fault;
}

// What an earlier import made of (source, id); nothing if there was none.
std::optional<engine::StreamId> issue_of(const engine::log::EventLog& log, std::string_view source,
                                         std::string_view id) {
  const auto key = engine::log::dedup_key(source, id);
  if (!key) return std::nullopt;
  const auto kept = log.find(*key);
  if (!kept || !*kept) return std::nullopt;
  const auto memo = engine::writer::decode_memo(**kept);
  return memo ? std::optional(memo->answer.stream) : std::nullopt;
}

class Import {
 public:
  explicit Import(const Options& options) : options_(options) {}

  void run() {
    const auto begin = std::chrono::steady_clock::now();
    const auto result = prepare_and_take();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (result || counts_.rows > 0) report(took.count());
    if (!result) {
      const bool stopped = result.error().fault == Fault::cancelled;
      fail(exit_code(result.error().fault),
           stopped ? "stopped; what is in stays in, run it again for the rest"
                   : "import: " + result.error().detail);
    }
  }

 private:
  engine::Result<void> prepare_and_take() {
    auto mapping = find_mapping(options_.mapping);
    if (!mapping) return mapping.error();
    auto input = adapters::files::open_rows(options_.input, **mapping);
    if (!input) return input.error();
    const auto& schema = workflows::issue::schema();
    if (auto bound = RowMapper::bind(*mapping, schema, (*input)->header()); !bound) {
      return bound.error();
    }
    auto rules = load_rules(options_.policy, options_.calendar);
    if (!rules) return rules.error();
    rules_ = *std::move(rules);
    if (auto folder = check_folder(options_.data); !folder) return folder;
    if (options_.dry_run) return try_out(*mapping);
    auto rejected = RejectedFile::prepare(adapters::files::rejected_path(options_.input), **input,
                                          (*mapping)->csv.delimiter);
    if (!rejected) return rejected.error();
    rejected_ = std::move(*rejected);
    return take(*mapping);
  }

  engine::Result<void> take(const std::shared_ptr<const Mapping>& mapping) {
    auto engine = Engine::open(options_.data, wall_clock(), rules_);
    if (!engine) return engine.error();
    ImportListener with_past = listener();
    with_past.issue_of = [log = &(*engine)->log()](std::string_view source, std::string_view id) {
      return issue_of(*log, source, id);
    };
    auto taken = import(mapping, {(*engine)->writer(), (*engine)->directory()}, with_past);
    auto settled = (*engine)->settle();
    return taken ? settled : taken;
  }

  engine::Result<void> try_out(const std::shared_ptr<const Mapping>& mapping) {
    auto trial = Trial::open(options_.data, rules_);
    if (!trial) return trial.error();
    ImportListener with_past = listener();
    with_past.known = [&](std::string_view source, std::string_view id) {
      return (*trial)->known(source, id);
    };
    return import(mapping, {(*trial)->writer(), (*trial)->directory()}, with_past);
  }

  engine::Result<void> import(const std::shared_ptr<const Mapping>& mapping,
                              const adapters::files::ImportTarget& target,
                              const ImportListener& listener) {
    const Interruptible interruptible;
    return adapters::files::import_file(options_.input, mapping, workflows::issue::schema(), target,
                                        listener, counts_);
  }

  ImportListener listener() {
    ImportListener out;
    out.progress = [this](std::uint64_t done, std::uint64_t of) { bar_->show(done, of, counts_); };
    out.rejected = [this](const Row& row, std::string_view reason) -> engine::Result<void> {
      constexpr std::uint64_t shown_max = 5;
      if (counts_.rejected <= shown_max) {
        std::fprintf(stderr, "%sline %llu: %.*s\n", isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "",
                     static_cast<unsigned long long>(row.line), static_cast<int>(reason.size()),
                     reason.data());
      }
      return rejected_ ? rejected_->add(row, reason) : engine::Result<void>{};
    };
    out.stop = [] { return interrupted != 0; };
    return out;
  }

  void report(double seconds) {
    bar_.reset();
    if (counts_.rejected > 0 && rejected_) {
      std::fprintf(stderr, "%llu rejected: %s\n", static_cast<unsigned long long>(counts_.rejected),
                   rejected_->path().c_str());
    }
    if (options_.json) {
      const engine::schema::Object out{{"rows", counts_.rows},
                                       {"accepted", counts_.accepted},
                                       {"duplicates", counts_.duplicates},
                                       {"rejected", counts_.rejected},
                                       {"events", counts_.events},
                                       {"seconds", seconds}};
      std::printf("%s\n", adapters::json::write(out).c_str());
      return;
    }
    const auto n = [](std::uint64_t number) { return static_cast<unsigned long long>(number); };
    std::printf("%llu rows: %llu accepted, %llu duplicates, %llu rejected; %llu events %s%.1f s\n",
                n(counts_.rows), n(counts_.accepted), n(counts_.duplicates), n(counts_.rejected),
                n(counts_.events), options_.dry_run ? "would be written; tried in " : "in ",
                seconds);
  }

  const Options& options_;
  std::shared_ptr<const workflows::issue::DeadlineRules> rules_;  // nullptr: none
  ImportCounts counts_;
  std::optional<RejectedFile> rejected_;
  std::optional<Bar> bar_{std::in_place};
};

void add_import(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "import",
      "Take the rows of a CSV file, or of JSON objects (INPUT.jsonl: one a line; INPUT.json: an\n"
      "array), in, each with its history; running it again adds nothing. Rows that cannot be "
      "taken\n"
      "go to INPUT.rejected.csv (or .jsonl) with line and reason.");
  command->add_option("--data", options->data, "The data folder; a new one is made")->required();
  std::string known;
  for (const std::string_view each : adapters::files::shipped_mappings()) {
    known += (known.empty() ? "" : ", ") + std::string(each);
  }
  command
      ->add_option("--mapping", options->mapping,
                   "A mapping's name (" + known + ") or a TOML file of your own")
      ->required();
  command
      ->add_option("INPUT", options->input,
                   "The file: CSV (UTF-8 or GB18030), or .jsonl, .ndjson, .json")
      ->required();
  command
      ->add_option("--policy", options->policy,
                   "Set deadlines by this policy (a name or a file), as if it had been in force\n"
                   "then; otherwise only those that the mapping names")
      ->capture_default_str();
  command->add_option("--calendar", options->calendar, "The calendar that goes with it")
      ->capture_default_str();
  command->add_flag("--dry-run", options->dry_run, "Say what would happen, write nothing");
  command->add_flag("--json", options->json, "Print the counts as JSON");
  command->callback([options] { Import(*options).run(); });
}

const Command import_command{30, add_import};

}  // namespace
}  // namespace tools
