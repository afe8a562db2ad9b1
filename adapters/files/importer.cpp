#include "adapters/files/importer.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "adapters/files/csv.hpp"
#include "adapters/files/entries.hpp"
#include "adapters/files/joined_rows.hpp"
#include "adapters/files/json_rows.hpp"
#include "adapters/files/row_mapper.hpp"

namespace adapters::files {
namespace {

using engine::Error;
using engine::Fault;
using engine::writer::Answer;
using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Moved;
using engine::writer::Recorded;
using engine::writer::Refusal;
using engine::writer::Submission;

std::string reason_of(const Refusal& refusal) {
  // What would be right stands in the detail.
  return refusal.pointer.empty() ? refusal.detail : refusal.pointer + ": " + refusal.detail;
}

std::size_t bytes_of(const Submission& submission) {
  std::size_t out = submission.id.size();
  for (const auto& step : submission.steps) {
    out += step.body.size();
    for (const auto& words : step.personal) out += words.words.size();
  }
  return out;
}

// The rows that were handed to the writer and not yet counted, in the order of the file.
class Flight {
 public:
  Flight(engine::writer::Writer& writer, const ImportListener& listener, ImportCounts& counts)
      : writer_(writer), listener_(listener), counts_(counts) {}

  // Every answer must have come before this ends: the writer's thread still writes to it.
  ~Flight() {
    std::unique_lock lock(mutex_);
    landed_.wait(lock, [this] { return waiting_ == 0; });
  }

  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  engine::Result<void> submit(Row row, Submission submission) {
    const std::size_t bytes = bytes_of(submission) + row.bytes.size();
    if (auto room = settle_until(rows_in_flight_max - 1, bytes_in_flight_max); !room) return room;
    Pending* pending = nullptr;
    {
      const std::lock_guard lock(mutex_);
      pending = &pending_.emplace_back(Pending{std::move(row), bytes, {}});
      bytes_ += bytes;
      ++waiting_;
    }
    writer_.submit(std::move(submission), [this, pending](Answer answer) {
      const std::lock_guard lock(mutex_);
      pending->answer = std::move(answer);
      --waiting_;
      landed_.notify_one();
    });
    return {};
  }

  // A row that the writer never sees.
  engine::Result<void> reject(Row row, std::string reason) {
    const std::size_t bytes = row.bytes.size();
    {
      const std::lock_guard lock(mutex_);
      Refusal refusal;
      refusal.detail = std::move(reason);
      pending_.push_back(Pending{std::move(row), bytes, std::move(refusal)});
      bytes_ += bytes;
    }
    return settle_until(rows_in_flight_max, bytes_in_flight_max);
  }

  engine::Result<void> settle() { return settle_until(0, 0); }

  // Of the row that was counted last: the issue that it went into; nothing if it was rejected.
  std::optional<engine::StreamId> last() const { return last_; }

 private:
  struct Pending {
    Row row;
    std::size_t bytes;
    std::optional<Answer> answer;
  };

  // Counts answered rows from the front, waiting where there are more than may be in flight.
  engine::Result<void> settle_until(std::size_t rows, std::size_t bytes) {
    std::unique_lock lock(mutex_);
    while (!pending_.empty()) {
      if (!pending_.front().answer) {
        if (pending_.size() <= rows && bytes_ <= bytes) break;
        landed_.wait(lock, [this] { return pending_.front().answer.has_value(); });
      }
      // The deque's other members stay where they are, so the callbacks' pointers do too.
      const Pending done = std::move(pending_.front());
      pending_.pop_front();
      bytes_ -= done.bytes;
      lock.unlock();
      if (auto counted = count(done); !counted) return counted;
      lock.lock();
    }
    return {};
  }

  engine::Result<void> rejected(const Row& row, std::string_view reason) {
    ++counts_.rows;
    ++counts_.rejected;
    last_ = std::nullopt;
    return listener_.rejected(row, reason);
  }

  engine::Result<void> count(const Pending& done) {
    if (const auto* recorded = std::get_if<Recorded>(&*done.answer)) {
      ++counts_.rows;
      ++(recorded->repeated ? counts_.duplicates : counts_.accepted);
      last_ = recorded->stream;
      if (!recorded->repeated) {
        counts_.events += recorded->last.value - recorded->first.value + 1;
      }
      return {};
    }
    if (const auto* refusal = std::get_if<Refusal>(&*done.answer)) {
      return rejected(done.row, reason_of(*refusal));
    }
    if (std::holds_alternative<Moved>(*done.answer)) {
      return rejected(done.row, "the issue was changed by somebody else meanwhile");
    }
    const auto& failed = std::get<Failed>(*done.answer);
    if (failed.why == Failure::reused_id) {
      return rejected(done.row, "a row with this id was imported before, with other content");
    }
    return Error{Fault::storage, "line " + std::to_string(done.row.line) + ": " + failed.detail};
  }

  engine::writer::Writer& writer_;
  const ImportListener& listener_;
  ImportCounts& counts_;
  std::mutex mutex_;
  std::condition_variable landed_;
  std::deque<Pending> pending_;
  std::size_t bytes_ = 0;
  std::size_t waiting_ = 0;
  std::optional<engine::StreamId> last_;
};

struct Opened {
  std::unique_ptr<RowReader> reader;
  RowMapper mapper;
};

engine::Result<Opened> open(const std::filesystem::path& file,
                            const std::shared_ptr<const Mapping>& mapping,
                            const engine::schema::Schema& schema) {
  auto reader = open_rows(file, *mapping);
  if (!reader) return reader.error();
  auto mapper = RowMapper::bind(mapping, schema, (*reader)->header());
  if (!mapper) return mapper.error();
  return Opened{std::move(*reader), std::move(*mapper)};
}

bool wants_entries(const Mapping& mapping) {
  for (const EntryTree& tree : mapping.trees) {
    if (tree.add) return true;
  }
  return false;
}

engine::Result<void> add_entries(Opened input, const Mapping& mapping, const ImportTarget& target,
                                 const ImportListener& listener, ImportCounts& counts) {
  EntryCollector collector;
  RowsAhead rows(*input.reader, mapping.joins_rows());
  while (rows.next()) {
    if (listener.stop()) return Error{Fault::cancelled, "stopped"};
    if (!rows.row().flaw.empty()) continue;
    const MappedRow mapped = input.mapper.map(rows.row(), rows.behind());
    if (mapped.flaw.empty()) collector.take(mapped);
  }
  for (const auto& [info, first] : collector.missing(*target.directory.tree())) {
    Submission submission;
    submission.source = mapping.source + "/directory";
    submission.id = info.kind + "/" + info.code;
    submission.actor.name = mapping.actor;
    submission.steps.push_back(workflows::directory::add_entry(info, first));
    const Answer answer = target.writer.ask(std::move(submission));
    const std::string what = "the " + info.kind + " \"" + info.code + "\" cannot be added: ";
    if (const auto* recorded = std::get_if<Recorded>(&answer)) {
      if (!recorded->repeated) counts.events += recorded->last.value - recorded->first.value + 1;
    } else if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      return Error{Fault::invalid, what + reason_of(*refusal)};
    } else if (const auto* failed = std::get_if<Failed>(&answer)) {
      return Error{Fault::storage, what + failed->detail};
    } else {
      return Error{Fault::conflict, what + "somebody else changed it meanwhile"};
    }
  }
  return {};
}

// One row on its way. A row that begins an issue waits for its answer: those that add to it need
// its number.
engine::Result<void> take(RowsAhead& rows, const RowMapper& mapper, JoinedRows& joined,
                          const ImportListener& listener, Flight& flight, ImportCounts& counts) {
  Row& row = rows.row();
  if (!row.flaw.empty()) {
    std::string flaw = "the row " + row.flaw;
    return flight.reject(std::move(row), std::move(flaw));
  }
  MappedRow mapped = mapper.map(row, rows.behind());
  if (!mapped.flaw.empty()) return flight.reject(std::move(row), std::move(mapped.flaw));
  joined.name(mapped);
  if (listener.known && listener.known(mapped.submission.source, mapped.submission.id)) {
    joined.stands_elsewhere(mapped);
    ++counts.rows;
    ++counts.duplicates;
    return {};
  }
  if (auto why = joined.place(mapped); !why.empty()) {
    return flight.reject(std::move(row), std::move(why));
  }
  auto taken = flight.submit(std::move(row), std::move(mapped.submission));
  if (!taken || mapped.issue.empty() || !mapped.reports) return taken;
  if (taken = flight.settle(); taken) joined.became(mapped, flight.last());
  return taken;
}

}  // namespace

engine::Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& file,
                                                     const Mapping& mapping) {
  if (is_json(file)) {
    auto reader = JsonReader::open(file, mapping.columns);
    if (!reader) return reader.error();
    return std::unique_ptr<RowReader>(*std::move(reader));
  }
  auto reader = CsvReader::open(file, mapping.csv);
  if (!reader) return reader.error();
  return std::unique_ptr<RowReader>(*std::move(reader));
}

engine::Result<void> import_file(const std::filesystem::path& file,
                                 const std::shared_ptr<const Mapping>& mapping,
                                 const engine::schema::Schema& schema, const ImportTarget& target,
                                 const ImportListener& listener, ImportCounts& counts) {
  if (wants_entries(*mapping)) {
    auto first = open(file, mapping, schema);
    if (!first) return first.error();
    auto added = add_entries(std::move(*first), *mapping, target, listener, counts);
    if (!added) return added;
  }
  auto input = open(file, mapping, schema);
  if (!input) return input.error();
  Flight flight(target.writer, listener, counts);
  bool stopped = false;
  RowsAhead rows(*input->reader, mapping->joins_rows());
  JoinedRows joined(*mapping, listener);
  while (!(stopped = listener.stop()) && rows.next()) {
    auto taken = take(rows, input->mapper, joined, listener, flight, counts);
    if (!taken) return taken;
    listener.progress(input->reader->bytes_read(), input->reader->bytes_total());
  }
  if (auto settled = flight.settle(); !settled) return settled;
  if (stopped) return Error{Fault::cancelled, "stopped"};
  return {};
}

}  // namespace adapters::files
