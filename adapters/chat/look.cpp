#include "adapters/chat/look.hpp"

#include <algorithm>
#include <utility>

#include "adapters/chat/command.hpp"
#include "engine/log/record.hpp"
#include "engine/writer/memo.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::chat {

using engine::log::RecordView;
namespace fb = workflows::issue::fb;

namespace {

constexpr std::size_t nearest_max = 3;
constexpr std::size_t category_bytes_max = 128;

engine::StreamId stream_of(std::uint64_t number) { return {workflows::issue::workflow_id, number}; }

Answer later() { return {Heard::later, words::later()}; }

}  // namespace

bool for_members_only(Verb verb) {
  return verb == Verb::accept || verb == Verb::claim || verb == Verb::resolve ||
         verb == Verb::consult;
}

bool any_may(const std::vector<Member>& members, Verb verb) {
  return std::any_of(members.begin(), members.end(),
                     [&](const Member& each) { return may(each.role, verb); });
}

words::Reader reader_of(const std::vector<Member>& members) {
  if (members.empty()) return words::Reader::resident;
  return any_may(members, Verb::claim) ? words::Reader::liaison : words::Reader::clerk;
}

bool Look::reported_by(const RecordView& issue, const Message& message) const {
  return !message.account.empty() && issue.person() != engine::PersonId{} &&
         issue.person() == vault.person_id(handle_of(message));
}

engine::Result<bool> Look::reported_in(std::uint64_t number, const Message& message) const {
  if (message.group.empty()) return false;
  bool same = false;
  const auto read = log.read_stream(
      stream_of(number), engine::Version{0}, [&](engine::Position, std::string_view bytes) {
        const RecordView first(bytes);
        if (first.type().value != static_cast<std::uint16_t>(fb::Fact::Reported)) return false;
        const auto* fact = flatbuffers::GetRoot<fb::Reported>(first.fact().data());
        same = fact->group() != nullptr && fact->group()->string_view() == message.group &&
               fb::EnumNameChannel(fact->channel()) == message.channel;
        return false;
      });
  if (!read) return read.error();
  return same;
}

const Member* Look::on_duty(const RecordView& issue, const Message& message, Verb verb) const {
  const auto& members = people.members(message.channel, message.account);
  if (members.empty()) return nullptr;
  const auto tree = directory.tree();
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& each) {
    return may(each.role, verb) && covers(each, issue, *tree);
  });
  return found == members.end() ? nullptr : &*found;
}

Answer Look::progress(const Message& message, std::uint64_t number) const {
  const auto last = log.last_of(stream_of(number));
  if (!last) return later();
  const Answer no{Heard::answered, words::not_for_you(number, Verb::progress)};
  if (!*last) return no;
  const RecordView issue(**last);
  if (!reported_by(issue, message) && on_duty(issue, message, Verb::progress) == nullptr) {
    const auto here = reported_in(number, message);
    if (!here) return later();
    if (!*here) return no;
  }
  words::Standing standing{number, engine::log::summary<fb::Marks>(issue.after()), ""};
  if (!issue.department().empty()) {
    const auto* entry = directory.tree()->find("department", issue.department());
    standing.department = entry == nullptr ? issue.department() : entry->name;
  }
  return {Heard::answered, words::progress(standing, offset_minutes)};
}

bool Look::came_before(const Message& message) const { return first_answer(message).has_value(); }

std::optional<std::uint64_t> Look::first_answer(const Message& message) const {
  const auto key = engine::log::dedup_key(source_of(message), command_id_of(message));
  if (!key) return std::nullopt;
  const auto kept = log.find(*key);
  if (!kept || !*kept) return std::nullopt;
  const auto memo = engine::writer::decode_memo(**kept);
  if (!memo) return std::nullopt;
  return memo->answer.stream.number;
}

std::variant<Prepared, Answer> Look::prepare(const Message& message, const Intent& intent,
                                             engine::Instant now) const {
  const Verb verb = verb_of(intent);
  const std::uint64_t number = number_of(intent);
  const auto last = log.last_of(stream_of(number));
  if (!last) return later();
  const Answer no{Heard::answered, words::not_for_you(number, verb)};
  if (!*last) return no;
  const RecordView issue(**last);

  Prepared out;
  Surroundings around;
  const bool own = !for_members_only(verb) && reported_by(issue, message);
  const Member* member = own ? nullptr : on_duty(issue, message, verb);
  if (!own && member == nullptr) return no;
  if (member != nullptr) {
    out.by = around.by = member->name;
    if (member->role == Role::liaison && verb == Verb::accept) around.liaison = member->name;
  }
  if (const auto* accept = std::get_if<Accept>(&intent)) {
    auto category = category_of(accept->category);
    if (auto* question = std::get_if<Answer>(&category)) return std::move(*question);
    around.category = std::get<std::string>(std::move(category));
    // Where it lies already, it stays.
    const Group* group = people.group(message.channel, message.group);
    if (issue.area().empty()) around.area = group == nullptr ? member->area : group->area;
  }
  auto when = said_at(message, now);
  if (when && *when < issue.occurred_at()) when.reset();
  auto made = submission_of(message, intent, around, when);
  if (std::holds_alternative<std::string>(made)) {
    return Answer{Heard::answered, words::question({Doubt::too_long, verb, number, 0})};
  }
  out.submission = std::get<engine::writer::Submission>(std::move(made));
  return out;
}

std::variant<std::string, Answer> Look::category_of(const std::string& given) const {
  if (given.empty() || directory.known("category", given)) return given;
  if (given.size() > category_bytes_max) {
    return Answer{Heard::answered, words::unknown_category("", {})};
  }
  const auto tree = directory.tree();
  std::string code;
  int found = 0;
  for (const auto* each : tree->all("category")) {
    if (each->retired || each->name != given) continue;
    code = each->code;
    ++found;
  }
  if (found == 1) return code;
  return Answer{
      Heard::answered,
      words::unknown_category(clean(given), directory.nearest("category", given, nearest_max))};
}

}  // namespace adapters::chat
