#include "engine/schema/check.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "engine/schema/text.hpp"

namespace engine::schema {
namespace {

std::vector<Cell> check_members(const std::vector<Field>& fields, const Layout& layout,
                                const std::string& owner, const Object& members, bool lenient,
                                const std::string& pointer, std::vector<Flaw>& flaws);

// One field of one body: fills the cell or says what is wrong.
struct Check {
  const Field& field;
  const Slot& slot;
  bool lenient;
  std::vector<Flaw>& flaws;
  const std::string pointer;

  bool wrong(std::string detail) {
    flaws.push_back({pointer, std::move(detail)});
    return false;
  }

  bool boolean(const Value& value, Cell& cell) {
    if (const bool* flag = std::get_if<bool>(&value.it)) {
      cell.integer = *flag ? 1 : 0;
      return true;
    }
    const std::string* text = lenient ? value.string() : nullptr;
    if (text != nullptr && (*text == "true" || *text == "yes" || *text == "1")) {
      cell.integer = 1;
      return true;
    }
    if (text != nullptr && (*text == "false" || *text == "no" || *text == "0")) return true;
    return wrong("must be true or false");
  }

  std::string bounds_text(std::int64_t least, std::uint64_t most) const {
    return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  }

  // The bounds of the field, and of the type that stores it.
  std::pair<std::int64_t, std::uint64_t> bounds() const {
    std::pair<std::int64_t, std::uint64_t> out{0, 0};
    const auto of = [&](auto number) {
      using Number = decltype(number);
      out = {static_cast<std::int64_t>(std::numeric_limits<Number>::min()),
             static_cast<std::uint64_t>(std::numeric_limits<Number>::max())};
    };
    switch (slot.base) {
      case reflection::Byte:
        of(std::int8_t{});
        break;
      case reflection::UByte:
        of(std::uint8_t{});
        break;
      case reflection::Short:
        of(std::int16_t{});
        break;
      case reflection::UShort:
        of(std::uint16_t{});
        break;
      case reflection::Int:
        of(std::int32_t{});
        break;
      case reflection::UInt:
        of(std::uint32_t{});
        break;
      case reflection::ULong:
        of(std::uint64_t{});
        break;
      default:
        of(std::int64_t{});
        break;
    }
    if (field.least && *field.least > out.first) out.first = *field.least;
    if (field.most && *field.most >= 0 && static_cast<std::uint64_t>(*field.most) < out.second) {
      out.second = static_cast<std::uint64_t>(*field.most);
    }
    return out;
  }

  bool integer(const Value& value, Cell& cell) {
    const auto [least, most] = bounds();
    std::int64_t low = 0;
    std::uint64_t high = 0;  // the number itself, if it is not negative
    bool negative = false;
    const auto take = [&](std::int64_t number) {
      negative = number < 0;
      low = number;
      high = negative ? 0 : static_cast<std::uint64_t>(number);
    };
    if (const auto* small = std::get_if<std::int64_t>(&value.it)) {
      take(*small);
    } else if (const auto* large = std::get_if<std::uint64_t>(&value.it)) {
      high = *large;
    } else if (const auto* real = std::get_if<double>(&value.it);
               real != nullptr && std::trunc(*real) == *real && std::fabs(*real) < 0x1p53) {
      take(static_cast<std::int64_t>(*real));
    } else if (const std::string* text = lenient ? value.string() : nullptr; text != nullptr) {
      const char* end = text->data() + text->size();
      const auto signed_read = std::from_chars(text->data(), end, low);
      if (signed_read.ec == std::errc{} && signed_read.ptr == end) {
        take(low);
      } else if (const auto read = std::from_chars(text->data(), end, high);
                 read.ec != std::errc{} || read.ptr != end) {
        return wrong(bounds_text(least, most));
      }
    } else {
      return wrong(bounds_text(least, most));
    }
    const bool too_low =
        negative ? low < least : least > 0 && high < static_cast<std::uint64_t>(least);
    if (too_low || (!negative && high > most)) return wrong(bounds_text(least, most));
    cell.integer = negative ? low : static_cast<std::int64_t>(high);
    return true;
  }

  bool real(const Value& value, Cell& cell) {
    if (const auto* number = std::get_if<double>(&value.it)) {
      cell.real = *number;
    } else if (const auto* small = std::get_if<std::int64_t>(&value.it)) {
      cell.real = static_cast<double>(*small);
    } else if (const auto* large = std::get_if<std::uint64_t>(&value.it)) {
      cell.real = static_cast<double>(*large);
    } else if (const std::string* text = lenient ? value.string() : nullptr; text != nullptr) {
      const char* end = text->data() + text->size();
      const auto [stopped, failed] = std::from_chars(text->data(), end, cell.real);
      if (failed != std::errc{} || stopped != end) return wrong("must be a number");
    } else {
      return wrong("must be a number");
    }
    if (!std::isfinite(cell.real)) return wrong("must be a finite number");
    if (field.least && cell.real < static_cast<double>(*field.least)) {
      return wrong("must be at least " + std::to_string(*field.least));
    }
    if (field.most && cell.real > static_cast<double>(*field.most)) {
      return wrong("must be at most " + std::to_string(*field.most));
    }
    return true;
  }

  bool text(const Value& value, const std::string& at, std::string_view& out) {
    const auto flawed = [&](std::string detail) {
      flaws.push_back({at, std::move(detail)});
      return false;
    };
    const std::string* text = value.string();
    if (text == nullptr) return flawed("must be text");
    const std::size_t longest = field.longest == 0 ? writer::payload_bytes_max : field.longest;
    if (text->size() > longest) {
      return flawed("is " + std::to_string(text->size()) + " bytes long; at most " +
                    std::to_string(longest) + " may be given");
    }
    if (text->empty() && field.required) return flawed("must not be empty");
    if (text->empty() && !field.code.empty()) return flawed("must not be empty; leave it out");
    if (const std::string_view flaw = text_flaw(*text); !flaw.empty()) {
      return flawed("must be " + std::string(flaw));
    }
    out = *text;
    return true;
  }

  // The items of a list, if there are as many as there may be.
  const List* items(const Value& value, const char* what) {
    const List* items = value.list();
    if (items == nullptr) {
      wrong(std::string("must be a list of ") + what);
      return nullptr;
    }
    if (items->size() > field.items || items->size() < field.fewest) {
      wrong("has " + std::to_string(items->size()) + " members; " +
            (field.fewest == 0 ? "at most " : std::to_string(field.fewest) + " to ") +
            std::to_string(field.items) + " may be given");
      return nullptr;
    }
    return items;
  }

  std::string item_pointer(std::size_t i) const { return pointer + "/" + std::to_string(i); }

  bool texts(const Value& value, Cell& cell) {
    const List* given = items(value, "texts");
    if (given == nullptr) return false;
    bool well = true;
    for (std::size_t i = 0; i < given->size(); ++i) {
      std::string_view item;
      well = text((*given)[i], item_pointer(i), item) && well;
      cell.texts.push_back(item);
    }
    return well;
  }

  bool issues(const Value& value, Cell& cell) {
    const List* given = items(value, "issue numbers");
    if (given == nullptr) return false;
    const std::size_t flaws_before = flaws.size();
    for (std::size_t i = 0; i < given->size(); ++i) {
      const std::uint64_t number = issue_number((*given)[i]);
      if (number == 0) flaws.push_back({item_pointer(i), std::string(no_issue_number)});
      cell.numbers.push_back(number);
    }
    return flaws.size() == flaws_before;
  }

  bool objects(const Value& value, Cell& cell) {
    const List* given = items(value, "objects");
    if (given == nullptr) return false;
    const std::size_t flaws_before = flaws.size();
    for (std::size_t i = 0; i < given->size(); ++i) {
      const Object* members = (*given)[i].object();
      if (members == nullptr) {
        flaws.push_back({item_pointer(i), "must be an object"});
      } else {
        cell.objects.push_back(check_members(field.members, slot.members, field.name, *members,
                                             lenient, item_pointer(i), flaws));
      }
    }
    return flaws.size() == flaws_before;
  }

  bool choice(const Value& value, Cell& cell) {
    const std::string* name = value.string();
    std::string known;
    for (const Choice& each : slot.choices->choices) {
      // "none" says that nothing was chosen, which is no answer where one is needed.
      if (field.required && each.name == "none") continue;
      if (name != nullptr && each.name == *name) {
        cell.integer = each.number;
        return true;
      }
      known += (known.empty() ? "" : ", ") + each.name;
    }
    return wrong("must be one of " + known);
  }

  bool time(const Value& value, Cell& cell) {
    const std::string* text = value.string();
    const std::optional<Instant> moment = text == nullptr ? std::nullopt : parse_rfc3339(*text);
    if (!moment || to_ms(*moment) == 0) {
      return wrong("must be a time with its offset, like 2026-03-02T09:15:00+08:00");
    }
    cell.integer = to_ms(*moment);
    return true;
  }

  static constexpr std::string_view no_issue_number =
      "must be an issue number: its digits, as text";

  // 0: it is none.
  static std::uint64_t issue_number(const Value& value) {
    const std::string* text = value.string();
    std::uint64_t number = 0;
    if (text == nullptr) return 0;
    const char* end = text->data() + text->size();
    const auto [stopped, failed] = std::from_chars(text->data(), end, number);
    return failed != std::errc{} || stopped != end ? 0 : number;
  }

  bool issue(const Value& value, Cell& cell) {
    const std::uint64_t number = issue_number(value);
    if (number == 0) return wrong(std::string(no_issue_number));
    cell.integer = static_cast<std::int64_t>(number);
    return true;
  }

  bool operator()(const Value& value, Cell& cell) {
    switch (field.kind) {
      case Kind::boolean:
        return boolean(value, cell);
      case Kind::integer:
        return integer(value, cell);
      case Kind::real:
        return real(value, cell);
      case Kind::text:
        return text(value, pointer, cell.text);
      case Kind::choice:
        return choice(value, cell);
      case Kind::time:
        return time(value, cell);
      case Kind::issue:
        return issue(value, cell);
      case Kind::list_of_text:
        return texts(value, cell);
      case Kind::list_of_issues:
        return issues(value, cell);
      case Kind::list_of_objects:
        return objects(value, cell);
    }
    return false;
  }
};

std::string unknown_member(const std::vector<Field>& fields, const std::string& owner,
                           std::string_view name) {
  std::vector<std::string_view> names;
  for (const Field& field : fields) names.push_back(field.name);
  std::string out = "is no member of " + owner;
  const std::string_view nearest = nearest_name(name, names);
  if (!nearest.empty()) {
    out += "; did you mean " + std::string(nearest) + "?";
  } else if (names.empty()) {
    out += ", which has none";
  } else {
    out += "; it has";
    for (const std::string_view each : names) {
      out += (each == names.front() ? " " : ", ") + std::string(each);
    }
  }
  return out;
}

std::vector<Cell> check_members(const std::vector<Field>& fields, const Layout& layout,
                                const std::string& owner, const Object& members, bool lenient,
                                const std::string& pointer, std::vector<Flaw>& flaws) {
  std::vector<Cell> cells(fields.size());
  std::vector<bool> seen(fields.size());
  for (const auto& [name, value] : members) {
    std::size_t i = 0;
    while (i < fields.size() && fields[i].name != name) ++i;
    if (i == fields.size()) {
      flaws.push_back({pointer + pointer_to(name), unknown_member(fields, owner, name)});
    } else if (seen[i]) {
      flaws.push_back({pointer + pointer_to(name), "is given twice"});
    } else {
      seen[i] = true;
      Check one{fields[i], layout[i], lenient, flaws, pointer + pointer_to(name)};
      cells[i].given = one(value, cells[i]);
    }
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].required && !seen[i]) {
      flaws.push_back({pointer + pointer_to(fields[i].name), "is required"});
    }
  }
  return cells;
}

}  // namespace

std::vector<Cell> check(const Table& table, const Layout& layout, const Object& members,
                        bool lenient, std::vector<Flaw>& flaws) {
  return check_members(table.fields, layout, table.verb, members, lenient, "", flaws);
}

}  // namespace engine::schema
