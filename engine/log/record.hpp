// A stored record, read in place. The view borrows the bytes; they were verified when they entered
// (verify_record), so reading checks nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/log/record_generated.h"

namespace engine::log {

// Where something belongs: the dimensions that statistics group by. Empty: not known.
struct Dims {
  std::string area;
  std::string category;
  std::string channel;
  std::string department;
  friend bool operator==(const Dims&, const Dims&) = default;
};

// Refuses (corrupt) bytes that are no well-formed Record: wrong identifier, offsets outside the
// buffer, a required part missing. Requires nothing of the bytes.
Result<void> verify_record(std::string_view bytes);

class RecordView {
 public:
  // Requires: `bytes` passed verify_record once, and outlive the view.
  explicit RecordView(std::string_view bytes) : raw_(fb::GetRecord(bytes.data())) {}

  Position position() const { return Position{raw_->head()->position()}; }
  StreamId stream() const { return {WorkflowId{raw_->head()->workflow()}, raw_->head()->stream()}; }
  Version version() const { return Version{raw_->head()->version()}; }
  FactType type() const { return FactType{raw_->head()->type()}; }
  Instant recorded_at() const { return from_ms(raw_->head()->recorded_at()); }
  Instant occurred_at() const { return from_ms(raw_->head()->occurred_at()); }
  std::uint8_t stage_before() const { return raw_->head()->stage_before(); }
  std::uint8_t stage_after() const { return raw_->head()->stage_after(); }

  std::string_view area() const { return text(raw_->area()); }
  std::string_view category() const { return text(raw_->category()); }
  std::string_view channel() const { return text(raw_->channel()); }
  std::string_view department() const { return text(raw_->department()); }
  std::string_view actor() const { return text(raw_->actor()); }
  std::string_view on_behalf_of() const { return text(raw_->on_behalf_of()); }
  std::string_view source() const { return text(raw_->source()); }
  std::string_view command_id() const { return text(raw_->command_id()); }

  // The dimensions as they stood before this fact: the old value where it changed one.
  std::string_view area_before() const { return before(raw_->area_before(), raw_->area()); }
  std::string_view category_before() const {
    return before(raw_->category_before(), raw_->category());
  }
  std::string_view channel_before() const {
    return before(raw_->channel_before(), raw_->channel());
  }
  std::string_view department_before() const {
    return before(raw_->department_before(), raw_->department());
  }

  // The fact's own FlatBuffer, and the workflow's summaries (a struct of its schema, or empty).
  std::string_view fact() const { return bytes(raw_->fact()); }
  std::string_view after() const { return bytes(raw_->after()); }
  std::string_view before() const { return bytes(raw_->before()); }

  PersonId person() const {
    PersonId id{};
    if (raw_->person() != nullptr) std::memcpy(id.data(), raw_->person(), id.size());
    return id;
  }

  // Everything else: raw()->head(), raw()->personal() …
  const fb::Record* raw() const { return raw_; }

 private:
  static std::string_view text(const flatbuffers::String* s) {
    return s == nullptr ? std::string_view{} : std::string_view{s->c_str(), s->size()};
  }
  static std::string_view before(const flatbuffers::String* changed,
                                 const flatbuffers::String* now) {
    return changed == nullptr ? text(now) : text(changed);
  }
  static std::string_view bytes(const flatbuffers::Vector<std::uint8_t>* v) {
    return v == nullptr ? std::string_view{}
                        : std::string_view{reinterpret_cast<const char*>(v->data()), v->size()};
  }

  const fb::Record* raw_;
};

// Copies the workflow's summary out of a record (its bytes need no alignment). A shorter one, from
// an older schema, leaves the rest zero. Requires: Struct is trivially copyable.
template <class Struct>
Struct summary(std::string_view bytes) {
  Struct out{};
  if (bytes.empty()) return out;  // of which there may be no address
  std::memcpy(static_cast<void*>(&out), bytes.data(),
              bytes.size() < sizeof out ? bytes.size() : sizeof out);
  return out;
}

}  // namespace engine::log
