// A log in memory with the real workflows and writer on it, to import files into.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/files/importer.hpp"
#include "adapters/files/rejected.hpp"
#include "adapters/files/row_mapper.hpp"
#include "adapters/files/shipped.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/open.hpp"
#include "engine/writer/memo.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/places.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/deadlines.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/meeting.hpp"

namespace support {

// Puts a file there and says where.
inline std::filesystem::path write_file(const std::filesystem::path& folder,
                                        const std::string& name, std::string_view text) {
  std::ofstream(folder / name, std::ios::binary) << text;
  return folder / name;
}

class ImportBench {
 public:
  struct Rejected {
    std::uint64_t line;
    std::string reason;
  };

  // `rules`: by which deadlines are set; nullptr: only those that the mapping names.
  explicit ImportBench(std::shared_ptr<const workflows::issue::DeadlineRules> rules = nullptr)
      : log_(engine::log::memory_log()),
        vault_(engine::keys::memory_vault()),
        directory_(workflows::directory::make_directory_workflow()),
        issue_(workflows::issue::make_issue_workflow(1, std::move(rules))),
        meeting_(workflows::meeting::make_meeting_workflow(workflows::issue::workflow_id)),
        letters_(workflows::intake::make_intake_workflow(workflows::issue::workflow_id)),
        writer_(*log_, *vault_, {issue_.get(), directory_.get(), meeting_.get(), letters_.get()},
                *directory_, [] { return *engine::parse_rfc3339("2026-03-02T09:00:00+08:00"); }) {
    writer_.start().value();
  }
  ~ImportBench() { writer_.stop(); }

  // Imports the file; throws if it cannot be.
  adapters::files::ImportCounts import(const std::filesystem::path& file, std::string_view toml) {
    rejected.clear();
    adapters::files::ImportCounts counts;
    run(file, toml, counts).value();
    return counts;
  }

  engine::Result<void> run(
      const std::filesystem::path& file, std::string_view toml,
      adapters::files::ImportCounts& counts, std::function<bool()> stop = [] { return false; }) {
    const auto& schema = workflows::issue::schema();
    auto mapping = adapters::files::Mapping::read(toml, "the test's mapping", schema);
    if (!mapping) return mapping.error();
    auto input = adapters::files::open_rows(file, **mapping);
    if (!input) return input.error();
    auto out = adapters::files::RejectedFile::prepare(adapters::files::rejected_path(file), **input,
                                                      (*mapping)->csv.delimiter);
    if (!out) return out.error();
    const adapters::files::ImportListener listener{
        [](std::uint64_t, std::uint64_t) {},
        [&](const adapters::files::Row& row, std::string_view reason) {
          rejected.push_back({row.line, std::string(reason)});
          return keep_rejected ? out->add(row, reason) : engine::Result<void>{};
        },
        std::move(stop),
        {},
        [this](std::string_view source, std::string_view id) { return issue_of(source, id); }};
    return adapters::files::import_file(file, *mapping, schema, {writer_, *directory_}, listener,
                                        counts);
  }

  std::optional<engine::StreamId> issue_of(std::string_view source, std::string_view id) {
    const auto kept = log_->find(engine::log::dedup_key(source, id).value()).value();
    if (!kept) return std::nullopt;
    return engine::writer::decode_memo(*kept).value().answer.stream;
  }

  engine::log::EventLog& log() { return *log_; }
  engine::keys::Vault& vault() { return *vault_; }
  engine::writer::Writer& writer() { return writer_; }
  workflows::directory::DirectoryWorkflow& directory() { return *directory_; }

  std::vector<Rejected> rejected;
  bool keep_rejected = false;  // write INPUT.rejected.csv, too

 private:
  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory_;
  std::unique_ptr<engine::writer::Workflow> issue_;
  std::unique_ptr<engine::writer::Workflow> meeting_;
  std::unique_ptr<engine::writer::Workflow> letters_;
  engine::writer::Writer writer_;
};

}  // namespace support
