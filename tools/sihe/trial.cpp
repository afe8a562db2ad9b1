#include "tools/sihe/trial.hpp"

#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tools {

using engine::Error;
using engine::Fault;
using workflows::directory::EntryInfo;
using workflows::directory::Tree;

namespace {

// Parents before their children.
void put_in_order(const Tree& tree, const EntryInfo& entry,
                  std::set<std::pair<std::string, std::string>>& done,
                  std::vector<EntryInfo>& out) {
  if (!done.insert({entry.kind, entry.code}).second) return;
  const EntryInfo* parent = entry.parent.empty() ? nullptr : tree.find(entry.kind, entry.parent);
  if (parent != nullptr) put_in_order(tree, *parent, done, out);
  if (!entry.retired) out.push_back(entry);
}

}  // namespace

Trial::Trial() = default;
Trial::~Trial() {
  if (writer_) writer_->stop();
}

engine::Result<std::unique_ptr<Trial>> Trial::open(
    const std::filesystem::path& root,
    std::shared_ptr<const workflows::issue::DeadlineRules> rules) {
  std::unique_ptr<Trial> out(new Trial());
  if (std::filesystem::exists(Paths{root}.log())) {
    auto real = Reading::open(root);
    if (!real) return real.error();
    out->real_ = std::move(*real);
  }
  out->log_ = engine::log::memory_log();
  out->vault_ = engine::keys::memory_vault();
  out->directory_ = workflows::directory::make_directory_workflow();
  out->issue_ =
      workflows::issue::make_issue_workflow(1, std::move(rules), parents_by(*out->directory_));
  out->writer_ = std::make_unique<engine::writer::Writer>(
      *out->log_, *out->vault_,
      std::vector<engine::writer::Workflow*>{out->issue_.get(), out->directory_.get()},
      *out->directory_, wall_clock());
  if (auto started = out->writer_->start(); !started) return started.error();
  if (auto copied = out->copy_directory(); !copied) return copied.error();
  return out;
}

engine::Result<void> Trial::copy_directory() {
  if (!real_) return {};
  std::set<std::pair<std::string, std::string>> done;
  std::vector<EntryInfo> entries;
  for (const char* kind : {"area", "category", "department"}) {
    for (const EntryInfo* entry : real_->tree.all(kind)) {
      put_in_order(real_->tree, *entry, done, entries);
    }
  }
  for (const EntryInfo& entry : entries) {
    engine::writer::Submission submission;
    submission.source = "trial";
    submission.id = entry.kind + "/" + entry.code;
    submission.actor.name = "trial";
    submission.steps.push_back(workflows::directory::add_entry(entry, wall_clock()()));
    const auto answer = writer_->ask(std::move(submission));
    if (!std::holds_alternative<engine::writer::Recorded>(answer)) {
      return Error{Fault::invalid,
                   "the " + entry.kind + " \"" + entry.code + "\" cannot be copied for a trial"};
    }
  }
  return {};
}

bool Trial::known(std::string_view source, std::string_view id) const {
  if (!real_) return false;
  const auto key = engine::log::dedup_key(source, id);
  if (!key) return false;
  const auto found = real_->log->find(*key);
  return found && found->has_value();
}

}  // namespace tools
