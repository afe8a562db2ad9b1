#include "workflows/issue/statistics.hpp"

#include <string>
#include <utility>

#include "engine/log/record.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/issue/statistics_fold.hpp"

namespace workflows::issue {

using engine::Result;
using engine::log::RecordView;

namespace {

class Fold final : public Statistics {
 public:
  explicit Fold(FoldFilter filter) : filter_(std::move(filter)) {}

  std::string_view name() const override { return "statistics"; }
  std::uint32_t version() const override { return 2; }
  std::unique_ptr<Projection> empty() const override { return std::make_unique<Fold>(filter_); }

  void apply(const RecordView& record) override {
    if (record.stream().workflow != workflow_id) return;
    if (filter_.occurred_until && record.occurred_at() > *filter_.occurred_until) return;
    if (filter_.recorded_until && record.recorded_at() > *filter_.recorded_until) return;
    const auto at = slot_of(record.stream().number);
    const std::size_t slot = at.slot;
    Page& page = kept_.issues.page(at.page);
    const auto before = engine::log::summary<fb::Marks>(record.before());
    const auto after = engine::log::summary<fb::Marks>(record.after());
    const Stand stand = stand_of(after);
    // A record says where its fact changed the place; otherwise the issue is where it was.
    if (!page.has(slot) || moves(record)) page.places[slot] = place_of(record, record.department());
    page.present |= std::uint64_t{1} << slot;
    page.stands[slot] = stand;
    page.changed = true;
    happenings_of(static_cast<fb::Fact>(record.type().value), before, after,
                  engine::to_ms(record.occurred_at()), [&](const Share& share) {
                    page.add(slot, share, place_of(record, share.book, page.places[slot]));
                  });
  }

  void merge(Projection& other) override {
    auto& theirs = dynamic_cast<Fold&>(other).kept_;
    kept_.issues.take_in(theirs.issues, kept_.places.take_in(theirs.places));
  }

  void save(const engine::view::PutRow& put, bool all) override {
    kept_.places.save(put, all);
    kept_.issues.save(put, all);
  }

  Result<void> load(std::string_view key, std::string_view value) override {
    if (Places::owns(key)) return kept_.places.load(key, value);
    if (Issues::owns(key)) return kept_.issues.load(key, value, kept_.places.size());
    return engine::Error{engine::Fault::corrupt, "statistics: a saved row has no such key"};
  }

  StatisticsTable table(const StatisticsQuery& query, const Naming& naming) const override {
    return make_table(kept_, query, naming);
  }

  std::vector<ListedIssue> list(const StatisticsQuery& query, const Naming& naming,
                                const ListQuery& wanted) const override {
    return make_list(kept_, query, naming, wanted);
  }

 private:
  static bool moves(const RecordView& record) {
    const auto* raw = record.raw();
    return raw->area_before() != nullptr || raw->category_before() != nullptr ||
           raw->channel_before() != nullptr || raw->department_before() != nullptr;
  }

  PlaceId place_of(const RecordView& record, std::string_view department) {
    return kept_.places.id({record.area(), record.category(), record.channel(), department});
  }

  // What happened on the way stands where the issue belongs after it, but under the department
  // that had it until then: a return is about the one who returned. A hand-over is about the one
  // who receives.
  PlaceId place_of(const RecordView& record, Book book, PlaceId now) {
    const bool handed = record.raw()->department_before() != nullptr && book != Book::handed_over;
    return handed ? place_of(record, record.department_before()) : now;
  }

  FoldFilter filter_;
  Kept kept_;
};

}  // namespace

std::unique_ptr<Statistics> make_statistics(FoldFilter filter) {
  return std::make_unique<Fold>(std::move(filter));
}

}  // namespace workflows::issue
