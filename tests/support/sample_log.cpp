#include "tests/support/sample_log.hpp"

#include <algorithm>

#include "engine/log/record.hpp"

namespace support {

using namespace engine;

std::string sample_bytes(const SampleRecord& record) {
  namespace fb = engine::log::fb;
  flatbuffers::FlatBufferBuilder b;
  std::vector<flatbuffers::Offset<fb::Commitment>> commitments;
  fb::Person person;
  std::copy(sample_person.begin(), sample_person.end(), reinterpret_cast<std::uint8_t*>(&person));
  const fb::Digest digest;
  for (const std::string& field : record.personal) {
    commitments.push_back(fb::CreateCommitment(b, b.CreateString(field), &digest, &person, 1));
  }
  const auto personal = commitments.empty() ? 0 : b.CreateVector(commitments).o;
  const auto text = [&b](const std::string& s) { return s.empty() ? 0 : b.CreateString(s).o; };
  const auto source = text(record.source);
  const auto command_id = text(record.command_id);
  const auto actor = b.CreateString("liaison");
  const auto summary = b.CreateVector(std::vector<std::uint8_t>{1});
  const auto fact =
      b.CreateVector(reinterpret_cast<const std::uint8_t*>(record.fact.data()), record.fact.size());
  const fb::Head head(record.position.value, record.stream.number, 1'000, 1'000, 1'000, 0, 0,
                      record.version.value, 1, 1, record.stream.workflow.value, 0, 1,
                      record.more ? 1 : 0, 0);
  fb::RecordBuilder out(b);
  out.add_head(&head);
  out.add_actor(actor);
  out.add_source(source);
  out.add_command_id(command_id);
  out.add_after(summary);
  out.add_fact(fact);
  out.add_personal(personal);
  fb::FinishRecordBuffer(b, out.Finish());
  return {reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize()};
}

std::uint64_t SampleLog::chance() {
  // Knuth's MMIX generator: the same everywhere, which std::uniform_int_distribution is not.
  chance_ = chance_ * 6364136223846793005ULL + 1442695040888963407ULL;
  return chance_ >> 33;
}

log::Batch SampleLog::batch(std::size_t records) {
  constexpr std::uint64_t streams = 5;
  constexpr std::size_t fact_bytes_max = 300;
  log::Batch batch;
  for (std::size_t i = 0; i < records; ++i) {
    SampleRecord record;
    record.position = next(last());
    record.stream = {WorkflowId{1}, 1 + chance() % streams};
    Version& version = versions_[record.stream];
    record.version = version = next(version);
    record.source = "hotline";
    record.command_id = std::to_string(record.position.value);
    for (std::size_t byte = chance() % fact_bytes_max; byte-- > 0;) {
      record.fact.push_back(static_cast<char>(chance()));
    }
    if (record.position.value % 3 == 0) record.personal = {"reporter"};
    std::string bytes = sample_bytes(record);
    batch.dedups.push_back(
        {log::dedup_key(record.source, record.command_id).value(), "answer " + record.command_id});
    for (const std::string& field : record.personal) {
      batch.sealed.push_back({sample_person, record.position, field, "sealed " + bytes});
    }
    records_.push_back(bytes);
    batch.entries.push_back({record.position, record.stream, record.version, std::move(bytes)});
  }
  return batch;
}

std::vector<std::string> all_records(const log::LogReader& log) {
  std::vector<std::string> records;
  const auto read = log.read(Position{0}, log.last(), [&](Position, std::string_view bytes) {
    records.emplace_back(bytes);
    return true;
  });
  read.value();
  return records;
}

}  // namespace support
