#include "workflows/directory/directory.hpp"

#include <mutex>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "workflows/directory/decide.hpp"
#include "workflows/directory/directory_bfbs.hpp"
#include "workflows/directory/directory_generated.h"

namespace workflows::directory {
namespace {

using engine::Result;
using engine::StreamId;
using engine::writer::Step;

template <class Enum, std::size_t n>
Enum by_name(const Enum (&all)[n], const char* (*name_of)(Enum), std::string_view name) {
  for (const Enum each : all) {
    if (name == name_of(each)) return each;
  }
  return Enum{};
}

// The live codes of each kind, found without a copy of the code.
class LiveCodes {
 public:
  void take(const EntryInfo& entry) {
    auto& codes = kinds_[entry.kind];
    if (entry.retired) {
      codes.erase(entry.code);
    } else {
      codes.insert(entry.code);
    }
  }
  bool has(std::string_view kind, std::string_view code) const {
    const auto codes = kinds_.find(kind);
    return codes != kinds_.end() && codes->second.contains(code);
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  std::map<std::string, std::unordered_set<std::string, Hash, std::equal_to<>>, std::less<>> kinds_;
};

class Workflow final : public DirectoryWorkflow {
 public:
  engine::WorkflowId id() const override { return workflow_id; }
  std::uint16_t schema_version() const override { return 1; }
  std::uint64_t machine() const override { return machine_digest(); }

  StreamId fresh(const Step& step, engine::Instant) override {
    const Named named = named_by(step);
    return entry_stream(kind_name(named.kind), named.code);
  }

  std::vector<StreamId> addresses(const Step& step) const override {
    const Named named = named_by(step);
    if (named.parent.empty() || named.parent == named.code) return {};
    return {entry_stream(kind_name(named.kind), named.parent)};
  }

  engine::writer::Decision decide(const engine::writer::Desk& desk,
                                  const Step& step) const override {
    return directory::decide(desk, step, tree_);
  }

  void recorded(const engine::log::RecordView& record) override {
    if (record.stream().workflow != workflow_id) return;
    const std::lock_guard lock(mutex_);
    tree_.apply(record);
    changed();
    // The verbs name their entry alike, so the record reads like the step that caused it.
    Step step;
    step.verb = record.type();
    step.body = record.fact();
    const Named named = named_by(step);
    const EntryInfo* entry = tree_.find(kind_name(named.kind), named.code);
    if (entry != nullptr) live_.take(*entry);
  }

  Result<void> restore(const engine::log::LogReader& log) override {
    auto tree = read_tree(log);
    if (!tree) return tree.error();
    const std::lock_guard lock(mutex_);
    tree_ = std::move(*tree);
    changed();
    live_ = {};
    for (const fb::Kind kind : fb::EnumValuesKind()) {
      for (const EntryInfo* entry : tree_.all(kind_name(kind))) live_.take(*entry);
    }
    return {};
  }

  std::shared_ptr<const Tree> tree() const override {
    const std::lock_guard lock(mutex_);
    if (!copy_) copy_ = std::make_shared<const Tree>(tree_);
    return copy_;
  }

  bool known(std::string_view kind, std::string_view code) const override {
    const std::lock_guard lock(mutex_);
    return live_.has(kind, code);
  }

  std::vector<std::string> nearest(std::string_view kind, std::string_view code,
                                   std::size_t at_most) const override {
    const Asked asked{std::string(kind), std::string(code), at_most};
    {
      const std::lock_guard lock(mutex_);
      if (const auto told = told_.find(asked); told != told_.end()) return told->second;
    }
    const std::shared_ptr<const Tree> now = tree();
    std::vector<std::string> out = now->nearest(kind, code, at_most);
    const std::lock_guard lock(mutex_);
    if (told_.size() == told_max) told_.clear();
    if (copy_ == now) told_.emplace(asked, out);
    return out;
  }

 private:
  using Asked = std::tuple<std::string, std::string, std::size_t>;
  static constexpr std::size_t told_max = 1'024;

  void changed() {
    copy_.reset();
    told_.clear();
  }

  // Only the writer's thread changes what follows; it reads its own without the lock.
  mutable std::mutex mutex_;
  Tree tree_;
  LiveCodes live_;
  // What tree() and nearest() gave, until the next fact: a bad import asks for one code many times.
  mutable std::shared_ptr<const Tree> copy_;
  mutable std::map<Asked, std::vector<std::string>> told_;
};

}  // namespace

const engine::schema::Schema& schema() {
  static const std::shared_ptr<const engine::schema::Schema> loaded =
      engine::schema::Schema::load(directory_bfbs()).value();
  return *loaded;
}

std::unique_ptr<DirectoryWorkflow> make_directory_workflow() {
  return std::make_unique<Workflow>();
}

Step add_entry(const EntryInfo& entry, engine::Instant occurred_at) {
  flatbuffers::FlatBufferBuilder b;
  const auto code = b.CreateString(entry.code);
  const auto name = b.CreateString(entry.name);
  const auto parent = entry.parent.empty() ? flatbuffers::Offset<flatbuffers::String>{}
                                           : b.CreateString(entry.parent);
  b.Finish(fb::CreateEntryAdded(
      b, by_name(fb::EnumValuesKind(), fb::EnumNameKind, entry.kind), code, name, parent,
      by_name(fb::EnumValuesLevel(), fb::EnumNameLevel, entry.level), entry.pilot));
  Step step;
  step.workflow = workflow_id;
  step.verb = engine::FactType{static_cast<std::uint16_t>(fb::Fact::EntryAdded)};
  step.stream = entry_stream(entry.kind, entry.code);
  step.occurred_at = occurred_at;
  step.body.assign(reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize());
  return step;
}

}  // namespace workflows::directory
