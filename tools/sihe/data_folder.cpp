#include "tools/sihe/data_folder.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/core/ensure.hpp"
#include "workflows/intake/card.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/card.hpp"
#include "workflows/issue/timers.hpp"
#include "workflows/meeting/book.hpp"
#include "workflows/meeting/card.hpp"

namespace tools {

using engine::Error;
using engine::Fault;
using engine::PersonId;
using engine::Result;
using engine::log::RecordView;

namespace {

// The person under whose key a field of this record is sealed; nothing if it commits to none.
std::optional<PersonId> speaker_of(const RecordView& record, std::string_view field) {
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr) return std::nullopt;
  for (const auto* each : *commitments) {
    if (each->field()->string_view() != field) continue;
    PersonId person;
    std::memcpy(person.data(), each->person(), person.size());
    return person;
  }
  return std::nullopt;
}

// Long enough for a fold of everything that a stopped process left behind.
constexpr std::chrono::minutes settle_max{30};

}  // namespace

workflows::issue::ParentOf parents_by(const workflows::directory::DirectoryWorkflow& directory) {
  return [&directory](std::string_view category) {
    const auto tree = directory.tree();
    const auto* entry = tree->find("category", category);
    return entry == nullptr ? std::string() : entry->parent;
  };
}

engine::Clock wall_clock() {
  return [] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  };
}

std::optional<engine::board::Card> describe_card(const RecordView& record,
                                                 const engine::board::Words& words) {
  auto card = workflows::issue::describe(record, words);
  if (!card) card = workflows::meeting::describe(record, words);
  return card ? std::move(card) : workflows::intake::describe(record, words);
}

workflows::issue::Words unsealed_words(const engine::log::LogReader& log,
                                       const engine::keys::Vault& vault) {
  return [&log, &vault](const RecordView& record,
                        std::string_view field) -> std::optional<std::string> {
    const auto person = speaker_of(record, field);
    if (!person) return std::nullopt;
    auto sealed = log.sealed(*person, record.position(), field);
    if (!sealed || !*sealed) return std::nullopt;
    auto words =
        vault.unseal({*person, record.position(), std::string(field), **std::move(sealed)});
    if (!words) return std::nullopt;
    return *std::move(words);
  };
}

namespace {

// A log that holds anything has had keys from its first record on. New ones in their place would
// open none of its words, and what is written with them could not be told from what was erased.
Result<void> keys_are_there(const Paths& paths, engine::Position last) {
  std::error_code failed;
  if (last.value == 0 || std::filesystem::exists(paths.keys() / "store" / "CURRENT", failed)) {
    return {};
  }
  return Error{Fault::corrupt, "the key store " + paths.keys().string() +
                                   " is missing, but the log holds " + std::to_string(last.value) +
                                   " records whose words only its keys open: put it back from "
                                   "where you keep it"};
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(
    const std::filesystem::path& root, engine::Clock clock,
    std::shared_ptr<const workflows::issue::DeadlineRules> rules) {
  std::error_code failed;
  // The board holds residents' words, so a new folder is its owner's alone.
  if (std::filesystem::create_directories(root, failed)) {
    std::filesystem::permissions(root, std::filesystem::perms::owner_all, failed);
  }
  if (failed) {
    return Error{Fault::storage,
                 "cannot make the folder " + root.string() + ": " + failed.message()};
  }
  std::unique_ptr<Engine> out(new Engine());
  out->paths_.root = root;
  auto log = engine::log::open_log(out->paths_.log());
  if (!log) return log.error();
  out->log_ = *std::move(log);
  if (auto there = keys_are_there(out->paths_, out->log_->last()); !there) return there.error();
  auto vault = engine::keys::open_vault(out->paths_.keys(), engine::keys::Access::read_write);
  if (!vault) return vault.error();
  out->vault_ = *std::move(vault);
  out->directory_ = workflows::directory::make_directory_workflow();
  out->rules_ = std::make_unique<workflows::issue::RulesInForce>(std::move(rules));
  out->issue_ =
      workflows::issue::make_issue_workflow(1, *out->rules_, parents_by(*out->directory_));
  out->meeting_ = workflows::meeting::make_meeting_workflow(workflows::issue::workflow_id);
  out->intake_ = workflows::intake::make_intake_workflow(workflows::issue::workflow_id);
  out->writer_ = std::make_unique<engine::writer::Writer>(
      *out->log_, *out->vault_,
      std::vector<engine::writer::Workflow*>{out->issue_.get(), out->directory_.get(),
                                             out->meeting_.get(), out->intake_.get()},
      *out->directory_, std::move(clock));

  auto board = engine::board::open_board_writer(out->paths_.board(), describe_card,
                                                unsealed_words(*out->log_, *out->vault_));
  if (!board) return board.error();
  std::vector<std::unique_ptr<engine::view::Projection>> projections;
  projections.push_back(workflows::issue::make_statistics());
  projections.push_back(workflows::issue::make_timers());
  projections.push_back(workflows::meeting::make_book());
  auto projector = engine::view::Projector::start(*out->log_, out->paths_.view(),
                                                  std::move(projections), *std::move(board));
  if (!projector) return projector.error();
  out->projector_ = *std::move(projector);
  out->log_->on_appended(
      [projector = out->projector_.get()](engine::Position last) { projector->appended(last); });
  if (auto started = out->writer_->start(); !started) return started.error();
  return out;
}

Engine::~Engine() {
  if (writer_) writer_->stop();
  if (projector_) {
    // What is not caught up now is caught up at the next start; nobody is left to be told.
    (void)settle();
    log_->on_appended({});
  }
  projector_.reset();
}

Result<void> Engine::settle() {
  return projector_->wait(log_->last(), std::chrono::steady_clock::now() + settle_max);
}

Result<std::unique_ptr<Reading>> Reading::open(const std::filesystem::path& root) {
  auto out = std::make_unique<Reading>();
  out->paths.root = root;
  auto log = engine::log::open_log_reader(out->paths.log());
  if (!log) return log.error();
  out->log = *std::move(log);
  auto vault = engine::keys::open_vault(out->paths.keys(), engine::keys::Access::read_only);
  if (vault) {
    out->vault = *std::move(vault);
  } else if (vault.error().fault != Fault::not_found) {
    return vault.error();
  } else if (out->log->last().value > 0) {
    std::fprintf(stderr,
                 "warning: there is no key store %s: words that only its keys open are shown as "
                 "erased, which they may not be\n",
                 out->paths.keys().c_str());
  }
  auto tree = workflows::directory::read_tree(*out->log);
  if (!tree) return tree.error();
  out->tree = *std::move(tree);
  return out;
}

workflows::issue::Words Reading::words() const {
  if (!vault) {
    return [](const RecordView&, std::string_view) { return std::optional<std::string>(); };
  }
  return unsealed_words(*log, *vault);
}

std::string DirectoryNaming::name(std::string_view kind, std::string_view code) const {
  const auto* entry = tree_.find(kind, code);
  return entry == nullptr ? std::string() : entry->name;
}

std::string DirectoryNaming::town_of(std::string_view area) const { return tree_.town_of(area); }

std::string DirectoryNaming::district_of(std::string_view area) const {
  return tree_.district_of(area);
}

}  // namespace tools
