#include "workflows/meeting/book.hpp"

#include <map>
#include <set>
#include <utility>

#include "engine/core/big_endian.hpp"
#include "engine/log/record.hpp"
#include "workflows/meeting/meeting.hpp"
#include "workflows/meeting/number.hpp"

namespace workflows::meeting {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;

namespace {

constexpr std::size_t fixed_bytes = 1 + 8 + 8;  // kind, called, held; then the area

std::string row_of(const BookEntry& entry) {
  std::string out{static_cast<char>(entry.kind)};
  engine::put_big_endian(out, static_cast<std::uint64_t>(engine::to_ms(entry.called_at)));
  engine::put_big_endian(out, static_cast<std::uint64_t>(engine::to_ms(entry.held_at)));
  return out + entry.area;
}

class Fold final : public Book {
 public:
  explicit Fold(BookFilter filter) : filter_(std::move(filter)) {}

  std::string_view name() const override { return book_view; }
  std::uint32_t version() const override { return 1; }
  std::unique_ptr<Projection> empty() const override { return std::make_unique<Fold>(filter_); }

  void apply(const RecordView& record) override {
    if (record.stream().workflow != workflow_id) return;
    if (filter_.occurred_until && record.occurred_at() > *filter_.occurred_until) return;
    if (filter_.recorded_until && record.recorded_at() > *filter_.recorded_until) return;
    const auto marks = engine::log::summary<fb::Marks>(record.after());
    put(record.stream().number,
        {std::string(record.area()), marks.kind(), engine::from_ms(marks.called_at()),
         engine::from_ms(marks.held_at())});
  }

  // Each record tells all of its meeting, so the later one counts.
  void merge(Projection& other) override {
    for (auto& [number, entry] : dynamic_cast<Fold&>(other).entries_) put(number, std::move(entry));
  }

  void save(const engine::view::PutRow& put_row, bool all) override {
    const auto put_one = [&](std::uint64_t number, const BookEntry& entry) {
      std::string key;
      engine::put_big_endian(key, number);
      put_row(key, row_of(entry));
    };
    if (all) {
      for (const auto& [number, entry] : entries_) put_one(number, entry);
    } else {
      for (const std::uint64_t number : changed_) put_one(number, entries_.at(number));
    }
    changed_.clear();
  }

  Result<void> load(std::string_view key, std::string_view value) override {
    if (key.size() != sizeof(std::uint64_t) || value.size() < fixed_bytes) {
      return Error{Fault::corrupt, "meetings: a saved row has no such form"};
    }
    BookEntry entry;
    entry.kind = static_cast<fb::Kind>(value[0]);
    const auto time_at = [&](std::size_t at) {
      return engine::from_ms(
          static_cast<std::int64_t>(engine::get_big_endian<std::uint64_t>(value.substr(at))));
    };
    entry.called_at = time_at(1);
    entry.held_at = time_at(1 + sizeof(std::int64_t));
    entry.area = value.substr(fixed_bytes);
    entries_[engine::get_big_endian<std::uint64_t>(key)] = std::move(entry);
    return {};
  }

  void each(
      const std::function<void(std::uint64_t number, const BookEntry&)>& take) const override {
    for (const auto& [number, entry] : entries_) take(number, entry);
  }

 private:
  void put(std::uint64_t number, BookEntry entry) {
    entries_[number] = std::move(entry);
    changed_.insert(number);
  }

  BookFilter filter_;
  std::map<std::uint64_t, BookEntry> entries_;
  std::set<std::uint64_t> changed_;
};

}  // namespace

std::unique_ptr<Book> make_book(BookFilter filter) {
  return std::make_unique<Fold>(std::move(filter));
}

}  // namespace workflows::meeting
