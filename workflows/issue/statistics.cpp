#include "workflows/issue/statistics.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/issue/statistics_fold.hpp"

namespace workflows::issue {

using engine::Result;
using engine::log::RecordView;

namespace {

constexpr char days_key = 'c';  // behind the places' own: they are loaded first

std::string key_of(std::size_t book, Day day) {
  std::string key{days_key, static_cast<char>(book)};
  // So that earlier days come first, also those before 1970.
  engine::put_big_endian(key, static_cast<std::uint32_t>(day) ^ 0x8000'0000U);
  return key;
}

class Fold final : public Statistics {
 public:
  explicit Fold(FoldFilter filter) : filter_(std::move(filter)) {}

  std::string_view name() const override { return "statistics"; }
  std::uint32_t version() const override { return 1; }
  std::unique_ptr<Projection> empty() const override { return std::make_unique<Fold>(filter_); }

  void apply(const RecordView& record) override {
    if (record.stream().workflow != workflow_id) return;
    if (filter_.occurred_until && record.occurred_at() > *filter_.occurred_until) return;
    if (filter_.recorded_until && record.recorded_at() > *filter_.recorded_until) return;
    const auto before = engine::log::summary<fb::Marks>(record.before());
    const auto after = engine::log::summary<fb::Marks>(record.after());
    const Shares had = shares_of(before);
    const Shares has = shares_of(after);
    const Happenings happened = happenings_of(before, after, engine::to_ms(record.occurred_at()));
    const bool moved = moves(record);
    if (!moved && had == has && happened == Happenings{}) return;
    const PlaceId now =
        books_.places.id({record.area(), record.category(), record.channel(), record.department()});
    move_shares(had, moved ? place_before(record) : now, has, now);
    add_happenings(happened, record, now);
  }

  void merge(Projection& other) override {
    auto& theirs = dynamic_cast<Fold&>(other).books_;
    const std::vector<PlaceId> places = books_.places.take_in(theirs.places);
    for (std::size_t book = 0; book < books_count; ++book) {
      books_.ledgers[book].take_in(theirs.ledgers[book], places);
    }
  }

  void save(const engine::view::PutRow& put, bool all) override {
    books_.places.save(put, all);
    for (std::size_t book = 0; book < books_count; ++book) {
      Ledger& ledger = books_.ledgers[book];
      const std::vector<Day> changed = ledger.changed();
      for (const Day day : all ? ledger.days() : changed) {
        put(key_of(book, day), ledger.day_bytes(day));
      }
    }
  }

  Result<void> load(std::string_view key, std::string_view value) override {
    if (Places::owns(key)) return books_.places.load(key, value);
    if (key.size() != 6 || key[0] != days_key ||
        static_cast<unsigned char>(key[1]) >= books_count) {
      return engine::Error{engine::Fault::corrupt, "statistics: a saved row has no such key"};
    }
    const std::uint32_t day = engine::get_big_endian<std::uint32_t>(key.substr(2)) ^ 0x8000'0000U;
    return books_.ledgers[static_cast<unsigned char>(key[1])].load_day(static_cast<Day>(day), value,
                                                                       books_.places.size());
  }

  StatisticsTable table(const StatisticsQuery& query, const Naming& naming) const override {
    return make_table(books_, query, naming);
  }

 private:
  static bool moves(const RecordView& record) {
    const auto* raw = record.raw();
    return raw->area_before() != nullptr || raw->category_before() != nullptr ||
           raw->channel_before() != nullptr || raw->department_before() != nullptr;
  }

  PlaceId place_before(const RecordView& record) {
    return books_.places.id({record.area_before(), record.category_before(),
                             record.channel_before(), record.department_before()});
  }

  // Where an issue goes from one place to another, all of its shares go with it.
  void move_shares(const Shares& had, PlaceId then, const Shares& has, PlaceId now) {
    for (std::size_t i = 0; i < shares_count; ++i) {
      if (then == now && had[i] == has[i]) continue;
      enter(had[i], then, true);
      enter(has[i], now, false);
    }
  }

  // What happened on the way stands where the issue belongs after it, but under the department
  // that had it until then: a return is about the one who returned.
  void add_happenings(const Happenings& happened, const RecordView& record, PlaceId now) {
    if (happened == Happenings{}) return;
    const bool handed = record.raw()->department_before() != nullptr;
    const PlaceId place = handed ? books_.places.id({record.area(), record.category(),
                                                     record.channel(), record.department_before()})
                                 : now;
    for (const Share& each : happened) enter(each, place, false);
  }

  void enter(const Share& share, PlaceId place, bool struck) {
    if (share.book == Book::none) return;
    Entry entry;
    entry.time = share.time;
    entry.span = share.span;
    entry.struck = struck ? 1 : 0;
    entry.place = place & Places::most;
    books_.of(share.book).add(entry);
  }

  FoldFilter filter_;
  Books books_;
};

}  // namespace

std::unique_ptr<Statistics> make_statistics(FoldFilter filter) {
  return std::make_unique<Fold>(std::move(filter));
}

}  // namespace workflows::issue
