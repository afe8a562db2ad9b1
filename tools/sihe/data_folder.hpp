// A data folder and what lives in it, put together: log/, view/, keys/, board.sqlite, anchor,
// tokens. One process opens it for writing (Engine); any number read it beside (Reading).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/board/board.hpp"
#include "engine/core/error.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/open.hpp"
#include "engine/view/projector.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/deadlines.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/rules_in_force.hpp"
#include "workflows/issue/statistics.hpp"
#include "workflows/issue/timeline.hpp"
#include "workflows/meeting/meeting.hpp"

namespace tools {

struct Paths {
  std::filesystem::path root;
  std::filesystem::path log() const { return root / "log"; }
  std::filesystem::path view() const { return root / "view"; }
  std::filesystem::path keys() const { return root / "keys"; }
  std::filesystem::path board() const { return root / "board.sqlite"; }
  std::filesystem::path tokens() const { return root / "tokens.toml"; }
};

engine::Clock wall_clock();

// What the board shows of a record: an issue's, a meeting's or a letter's card.
std::optional<engine::board::Card> describe_card(const engine::log::RecordView& record,
                                                 const engine::board::Words& words);

// Which category lies below which, by the directory, which outlives it.
workflows::issue::ParentOf parents_by(const workflows::directory::DirectoryWorkflow& directory);

// Everything needed to decide, record and show; the writer and the projectors run.
class Engine {
 public:
  // Opens or makes the folder. `rules`: by which deadlines are set; nullptr: by hand only. busy:
  // another process writes it; corrupt: see open_log.
  static engine::Result<std::unique_ptr<Engine>> open(
      const std::filesystem::path& root, engine::Clock clock = wall_clock(),
      std::shared_ptr<const workflows::issue::DeadlineRules> rules = nullptr);
  // Stops taking, writes what waits, lets the views catch up, saves them.
  ~Engine();

  const Paths& paths() const { return paths_; }
  engine::log::EventLog& log() { return *log_; }
  engine::keys::Vault& vault() { return *vault_; }
  engine::writer::Writer& writer() { return *writer_; }
  workflows::directory::DirectoryWorkflow& directory() { return *directory_; }
  engine::view::Projector& projector() { return *projector_; }
  // By which deadlines are set; others may be put there while it decides.
  workflows::issue::RulesInForce& rules() { return *rules_; }

  // Waits until statistics and board have taken in everything recorded so far.
  engine::Result<void> settle();

 private:
  Engine() = default;
  Paths paths_;
  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory_;
  std::unique_ptr<workflows::issue::RulesInForce> rules_;
  std::unique_ptr<engine::writer::Workflow> issue_;
  std::unique_ptr<engine::writer::Workflow> meeting_;
  std::unique_ptr<engine::writer::Workflow> intake_;
  std::unique_ptr<engine::writer::Writer> writer_;
  std::unique_ptr<engine::view::Projector> projector_;
};

// For the commands that only read, also beside a serving process. Writes nothing.
struct Reading {
  Paths paths;
  std::unique_ptr<engine::log::LogReader> log;
  std::unique_ptr<engine::keys::Vault> vault;  // null: no key store there
  workflows::directory::Tree tree;

  static engine::Result<std::unique_ptr<Reading>> open(const std::filesystem::path& root);
  // The words of personal fields, as far as they are not erased.
  workflows::issue::Words words() const;
};

// The words of personal fields, as far as they are not erased. Both outlive what is given.
workflows::issue::Words unsealed_words(const engine::log::LogReader& log,
                                       const engine::keys::Vault& vault);

// Names and towns from the directory, for statistics.
class DirectoryNaming : public workflows::issue::Naming {
 public:
  explicit DirectoryNaming(const workflows::directory::Tree& tree) : tree_(tree) {}
  std::string name(std::string_view kind, std::string_view code) const override;
  std::string town_of(std::string_view area) const override;
  std::string district_of(std::string_view area) const override;

 private:
  const workflows::directory::Tree& tree_;
};

}  // namespace tools
