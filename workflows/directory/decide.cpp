#include "workflows/directory/decide.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/text.hpp"
#include "engine/tree/tree.hpp"

namespace workflows::directory {

using engine::FactType;
using engine::Instant;
using engine::StreamId;
using engine::writer::Decision;
using engine::writer::Desk;
using engine::writer::Draft;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::StreamState;

namespace {

constexpr std::size_t nearest_max = 3;

struct Row {
  fb::Stage from;
  fb::Fact asked;
  fb::Stage to;
};

// clang-format off
constexpr std::array table{
    Row{fb::Stage::none, fb::Fact::EntryAdded,   fb::Stage::live},
    Row{fb::Stage::live, fb::Fact::EntryRenamed, fb::Stage::live},
    Row{fb::Stage::live, fb::Fact::EntryMoved,   fb::Stage::live},
    Row{fb::Stage::live, fb::Fact::EntryRetired, fb::Stage::retired},
};
// clang-format on

std::string verb_of(fb::Fact fact) {
  return schema().by_type(FactType{static_cast<std::uint16_t>(fact)})->verb;
}

engine::Sha256 digest_of(std::string_view kind, std::string_view code) {
  const std::array<std::string_view, 4> parts{"sihe-directory-v1", kind, std::string_view("\0", 1),
                                              code};
  return engine::tree::sha256(parts);
}

std::uint64_t eight_bytes(const engine::Sha256& digest, std::size_t from) {
  std::uint64_t out = 0;
  for (std::size_t i = from; i < from + 8; ++i) out = out << 8 | digest[i];
  return out;
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& each : items) out += (out.empty() ? "" : ", ") + each;
  return out;
}

// fb::Marks with members that can be set.
struct Sheet {
  std::int64_t added_at = 0;
  std::uint64_t check = 0;
  std::uint64_t parent = 0;
  fb::Level level = fb::Level::none;
  bool pilot = false;
};

class Deciding {
 public:
  Deciding(const Desk& desk, const Step& step, const Tree& tree)
      : desk_(desk),
        step_(step),
        tree_(tree),
        verb_(static_cast<fb::Fact>(step.verb.value)),
        named_(named_by(step)),
        kind_(kind_name(named_.kind)),
        stream_(entry_stream(kind_, named_.code)),
        state_(desk.state(step.stream)),
        was_(engine::log::summary<fb::Marks>(state_.summary)),
        at_(step.occurred_at.value_or(std::max(desk.now, state_.occurred_at))) {}

  Decision decide() {
    if (auto no = flaw()) return *std::move(no);
    if (auto no = stage_flaw()) return *std::move(no);
    Sheet now{was_.added_at(), was_.check(), was_.parent(), was_.level(), was_.pilot()};
    std::optional<Refusal> no;
    if (verb_ == fb::Fact::EntryAdded) no = add(now);
    if (verb_ == fb::Fact::EntryRenamed) no = rename();
    if (verb_ == fb::Fact::EntryMoved) no = move(now);
    if (verb_ == fb::Fact::EntryRetired) no = retire();
    if (no) return *std::move(no);
    return std::vector{draft(now)};
  }

 private:
  Refusal refusal(const char* code, std::string detail, const char* pointer) const {
    Refusal out;
    out.code = code;
    out.detail = std::move(detail);
    out.pointer = pointer;
    out.stage = state_.stage;
    out.stream = step_.stream;
    return out;
  }

  Refusal unknown(const char* code, std::string_view of, const char* pointer) const {
    Refusal out = refusal(
        code, "unknown " + std::string(kind_) + " code " + in_quotes(of) + " 无此编码", pointer);
    out.allowed = tree_.nearest(kind_, of, nearest_max);
    if (!out.allowed.empty()) out.detail += "; nearest: " + list(out.allowed);
    return out;
  }

  std::string me() const { return std::string(kind_) + " " + in_quotes(named_.code); }

  // What is wrong with the words themselves.
  std::optional<Refusal> flaw() const {
    if (kind_.empty()) {
      Refusal out = refusal("unknown_kind",
                            "The kind must be area, department or category 类型不明.", "/kind");
      out.allowed = {"area", "department", "category"};
      return out;
    }
    if (auto no = text_flaw(named_.code, code_bytes_max, "/code")) return no;
    if (step_.stream != stream_) {
      return refusal("wrong_stream", "This is not the stream of " + me() + ".", "/code");
    }
    if (state_.version.value != 0 && was_.check() != check_of(kind_, named_.code)) {
      return refusal("invalid",
                     "The code " + in_quotes(named_.code) +
                         " cannot be told apart from one that is there; choose another 请换编码.",
                     "/code");
    }
    if (state_.version.value != 0 && at_ < state_.occurred_at) {
      return refusal(
          "too_early",
          "It cannot have happened before the last fact of " + me() + ", at " +
              engine::format_rfc3339(state_.occurred_at, engine::offset_minutes_default) +
              " 时间早于上一条记录.",
          "");
    }
    return std::nullopt;
  }

  std::optional<Refusal> text_flaw(std::string_view text, std::size_t bytes_max,
                                   const char* pointer) const {
    const std::string_view flaw = engine::schema::text_flaw(text);
    const bool line_break = text.find_first_of("\t\r\n") != text.npos;
    if (!text.empty() && text.size() <= bytes_max && flaw.empty() && !line_break) {
      return std::nullopt;
    }
    return refusal("invalid",
                   std::string(pointer + 1) + " must be one line of 1 to " +
                       std::to_string(bytes_max) + " bytes of UTF-8.",
                   pointer);
  }

  // A step for which the table has no row.
  std::optional<Refusal> stage_flaw() const {
    const auto from = static_cast<fb::Stage>(state_.stage);
    for (const Row& row : table) {
      if (row.from == from && row.asked == verb_) return std::nullopt;
    }
    if (from == fb::Stage::none) return unknown("not_found", named_.code, "/code");
    if (from == fb::Stage::retired) {
      return refusal("retired", "The " + me() + " is retired 已停用; a retired code stays retired.",
                     "/code");
    }
    Refusal out = refusal("exists", "The " + me() + " is there already 已存在.", "/code");
    for (const Row& row : table) {
      if (row.from == from) out.allowed.push_back(verb_of(row.asked));
    }
    return out;
  }

  // Whether it may lie in `parent`, an entry that is not itself.
  std::optional<Refusal> parent_flaw(fb::Level level) const {
    if (named_.parent.empty()) return std::nullopt;
    if (named_.parent == named_.code) return inside_itself();
    const StreamState& state = desk_.state(entry_stream(kind_, named_.parent));
    const auto marks = engine::log::summary<fb::Marks>(state.summary);
    if (state.version.value == 0 || marks.check() != check_of(kind_, named_.parent)) {
      return unknown("unknown_code", named_.parent, "/parent");
    }
    if (marks.stage() == fb::Stage::retired) {
      return refusal("retired",
                     "Nothing can be put into the retired " + std::string(kind_) + " " +
                         in_quotes(named_.parent) + " 上级已停用.",
                     "/parent");
    }
    if (named_.kind == fb::Kind::area && marks.level() >= level) {
      return refusal("wrong_level",
                     std::string("A ") + fb::EnumNameLevel(level) + " cannot lie in a " +
                         fb::EnumNameLevel(marks.level()) +
                         ": district over town over village 层级不符.",
                     "/parent");
    }
    return std::nullopt;
  }

  Refusal inside_itself() const {
    return refusal("cycle", "The " + me() + " would come to lie in itself 不能划入自身.",
                   "/parent");
  }

  std::optional<Refusal> add(Sheet& now) const {
    const auto& fact = *flatbuffers::GetRoot<fb::EntryAdded>(step_.body.data());
    if (auto no = text_flaw(fact.name()->string_view(), name_bytes_max, "/name")) return no;
    const bool area = named_.kind == fb::Kind::area;
    const bool known_level = fact.level() >= fb::Level::district && fact.level() <= fb::Level::MAX;
    if (area ? !known_level : fact.level() != fb::Level::none) {
      return refusal("wrong_level",
                     area ? "An area is a district, a town or a village; say which 须注明层级."
                          : "Only areas have a level.",
                     "/level");
    }
    if (fact.pilot() && fact.level() != fb::Level::village) {
      return refusal("wrong_level", "Only a village is a pilot village 试点仅限村居.", "/pilot");
    }
    if (auto no = parent_flaw(fact.level())) return no;
    now.added_at = engine::to_ms(at_);
    now.check = check_of(kind_, named_.code);
    now.parent = parent_number();
    now.level = fact.level();
    now.pilot = fact.pilot();
    return std::nullopt;
  }

  std::optional<Refusal> rename() const {
    const auto name = flatbuffers::GetRoot<fb::EntryRenamed>(step_.body.data())->name();
    if (auto no = text_flaw(name->string_view(), name_bytes_max, "/name")) return no;
    const EntryInfo* entry = tree_.find(kind_, named_.code);
    if (entry != nullptr && entry->name == name->string_view()) return unchanged("/name");
    return std::nullopt;
  }

  std::optional<Refusal> move(Sheet& now) const {
    if (now.parent == parent_number()) return unchanged("/parent");
    if (auto no = parent_flaw(now.level)) return no;
    const std::vector<std::string> below = tree_.subtree(kind_, named_.code);
    if (std::find(below.begin(), below.end(), named_.parent) != below.end()) {
      return inside_itself();
    }
    now.parent = parent_number();
    return std::nullopt;
  }

  std::optional<Refusal> retire() const {
    Refusal out = refusal("has_children", "", "/code");
    for (const EntryInfo* entry : tree_.all(kind_)) {
      if (entry->parent != named_.code || entry->retired) continue;
      if (out.allowed.size() < nearest_max) out.allowed.push_back(entry->code + " " + entry->name);
    }
    if (out.allowed.empty()) return std::nullopt;
    out.detail = "Others still lie in the " + me() + ": " + list(out.allowed) +
                 "; move or retire them first 下级须先划转或停用.";
    return out;
  }

  Refusal unchanged(const char* pointer) const {
    return refusal("unchanged", "The " + me() + " stands like that already 无变化.", pointer);
  }

  std::uint64_t parent_number() const {
    return named_.parent.empty() ? 0 : entry_stream(kind_, named_.parent).number;
  }

  Draft draft(const Sheet& now) const {
    const auto* row = std::find_if(table.begin(), table.end(),
                                   [this](const Row& each) { return each.asked == verb_; });
    const fb::Marks marks(now.added_at, now.check, now.parent, named_.kind, now.level, row->to,
                          now.pilot);
    Draft out;
    out.stream = stream_;
    out.type = step_.verb;
    out.occurred_at = at_;
    out.opened_at = engine::from_ms(now.added_at);
    out.stage_after = static_cast<std::uint8_t>(row->to);
    out.summary.assign(reinterpret_cast<const char*>(&marks), sizeof marks);
    out.fact = step_.body;
    return out;
  }

  const Desk& desk_;
  const Step& step_;
  const Tree& tree_;
  fb::Fact verb_;
  Named named_;
  std::string_view kind_;
  StreamId stream_;
  const StreamState& state_;
  fb::Marks was_;
  Instant at_;
};

template <class Fact>
Named named_in(const Step& step) {
  const auto& fact = *flatbuffers::GetRoot<Fact>(step.body.data());
  Named out{fact.kind(), fact.code()->string_view(), {}};
  if constexpr (requires { fact.parent(); }) {
    if (fact.parent() != nullptr) out.parent = fact.parent()->string_view();
  }
  return out;
}

}  // namespace

Named named_by(const Step& step) {
  switch (static_cast<fb::Fact>(step.verb.value)) {
    case fb::Fact::EntryAdded:
      return named_in<fb::EntryAdded>(step);
    case fb::Fact::EntryRenamed:
      return named_in<fb::EntryRenamed>(step);
    case fb::Fact::EntryMoved:
      return named_in<fb::EntryMoved>(step);
    case fb::Fact::EntryRetired:
      return named_in<fb::EntryRetired>(step);
    case fb::Fact::NONE:
      break;
  }
  return {};
}

std::string_view kind_name(fb::Kind kind) {
  return kind == fb::Kind::none ? std::string_view{} : fb::EnumNameKind(kind);
}

std::uint64_t check_of(std::string_view kind, std::string_view code) {
  return eight_bytes(digest_of(kind, code), 8);
}

StreamId entry_stream(std::string_view kind, std::string_view code) {
  // Number 0 is no stream.
  return {workflow_id, std::max<std::uint64_t>(1, eight_bytes(digest_of(kind, code), 0))};
}

Decision decide(const Desk& desk, const Step& step, const Tree& tree) {
  if (schema().by_type(step.verb) == nullptr) {
    Refusal out;
    out.code = "unknown_command";
    out.detail = "There is no command number " + std::to_string(step.verb.value) +
                 " for an entry of the directory.";
    out.stream = step.stream;
    return out;
  }
  return Deciding(desk, step, tree).decide();
}

std::string machine_text() {
  std::string out;
  for (const Row& row : table) {
    out += std::string(fb::EnumNameStage(row.from)) + " " + verb_of(row.asked) + " " +
           fb::EnumNameStage(row.to) + "\n";
  }
  return out;
}

std::uint64_t machine_digest() {
  static const std::uint64_t digest = [] {
    const std::string text = machine_text();
    const std::array<std::string_view, 1> parts{text};
    return eight_bytes(engine::tree::sha256(parts), 0);
  }();
  return digest;
}

std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, FactType type,
                              std::uint8_t after) {
  if (machine != machine_digest()) return std::nullopt;
  return std::any_of(table.begin(), table.end(), [&](const Row& row) {
    return static_cast<std::uint8_t>(row.from) == before &&
           static_cast<std::uint16_t>(row.asked) == type.value &&
           static_cast<std::uint8_t>(row.to) == after;
  });
}

}  // namespace workflows::directory
