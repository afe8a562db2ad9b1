#include "workflows/issue/statistics_places.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"
#include "workflows/issue/varint.hpp"

namespace workflows::issue {

using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

constexpr std::size_t slots_min = 64;
constexpr std::size_t rows_of = 256;  // texts or places in one saved row
// Keys: "a", the dimension, the row's number; "b", the row's number.
constexpr char texts_key = 'a';
constexpr char places_key = 'b';

std::uint32_t hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
}

std::size_t hash_of(const std::array<std::uint32_t, dims_count>& place) {
  std::uint64_t hash = 0;
  for (const std::uint32_t each : place) hash = (hash ^ each) * 0x9e3779b97f4a7c15ULL;
  return static_cast<std::size_t>(hash ^ hash >> 32);
}

Error corrupt(const char* what) {
  return {Fault::corrupt, std::string("statistics: a saved row of ") + what + " is not one"};
}

}  // namespace

std::uint32_t Texts::id(std::string_view text) {
  if (slots_.size() <= texts_.size() * 2) grow();
  const std::uint32_t hash = hash_of(text);
  for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[at];
    if (slot.id_and_one == 0) {
      texts_.emplace_back(text);
      slot = {hash, static_cast<std::uint32_t>(texts_.size())};
      return slot.id_and_one - 1;
    }
    if (slot.hash == hash && texts_[slot.id_and_one - 1] == text) return slot.id_and_one - 1;
  }
}

void Texts::grow() {
  std::vector<Slot> old(std::max(slots_min, slots_.size() * 2));
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.id_and_one == 0) continue;
    std::size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].id_and_one != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

PlaceId Places::id(const Words& words) {
  Place place;
  for (std::size_t i = 0; i < dims_count; ++i) place[i] = texts_[i].id(words[i]);
  return id_of(place);
}

PlaceId Places::id_of(const Place& place) {
  if (slots_.size() <= places_.size() * 2) grow();
  for (std::size_t at = hash_of(place) & (slots_.size() - 1);;
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == 0) {
      ENSURE(places_.size() < most);
      places_.push_back(place);
      slots_[at] = static_cast<std::uint32_t>(places_.size());
      return slots_[at] - 1;
    }
    if (places_[slots_[at] - 1] == place) return slots_[at] - 1;
  }
}

void Places::grow() {
  slots_.assign(std::max(slots_min, slots_.size() * 2), 0);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    std::size_t at = hash_of(places_[i]) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = static_cast<std::uint32_t>(i + 1);
  }
}

std::vector<PlaceId> Places::take_in(const Places& other) {
  std::array<std::vector<std::uint32_t>, dims_count> here;
  for (std::size_t i = 0; i < dims_count; ++i) {
    for (std::uint32_t id = 0; id < other.texts_[i].size(); ++id) {
      here[i].push_back(texts_[i].id(other.texts_[i].text(id)));
    }
  }
  std::vector<PlaceId> out;
  out.reserve(other.places_.size());
  for (const Place& theirs : other.places_) {
    Place place;
    for (std::size_t i = 0; i < dims_count; ++i) place[i] = here[i][theirs[i]];
    out.push_back(id_of(place));
  }
  return out;
}

void Places::save(const engine::view::PutRow& put, bool all) {
  // Rows fill up from the front, so what is new changes the last row and those after it.
  const auto first_row = [all](std::size_t saved) { return all ? 0 : saved / rows_of; };
  for (std::size_t dim = 0; dim < dims_count; ++dim) {
    const Texts& texts = texts_[dim];
    if (!all && texts.size() == texts_saved_[dim]) continue;
    for (std::size_t row = first_row(texts_saved_[dim]); row * rows_of < texts.size(); ++row) {
      std::string key{texts_key, static_cast<char>(dim)};
      engine::put_big_endian(key, static_cast<std::uint32_t>(row));
      std::string value;
      for (std::size_t i = row * rows_of; i < std::min((row + 1) * rows_of, texts.size()); ++i) {
        const std::string& text = texts.text(static_cast<std::uint32_t>(i));
        put_varint(value, text.size());
        value += text;
      }
      put(key, value);
    }
    texts_saved_[dim] = texts.size();
  }
  if (!all && places_.size() == places_saved_) return;
  for (std::size_t row = first_row(places_saved_); row * rows_of < places_.size(); ++row) {
    std::string key{places_key};
    engine::put_big_endian(key, static_cast<std::uint32_t>(row));
    std::string value;
    for (std::size_t i = row * rows_of; i < std::min((row + 1) * rows_of, places_.size()); ++i) {
      for (const std::uint32_t text : places_[i]) put_varint(value, text);
    }
    put(key, value);
  }
  places_saved_ = places_.size();
}

bool Places::owns(std::string_view key) {
  return !key.empty() && (key.front() == texts_key || key.front() == places_key);
}

Result<void> Places::load(std::string_view key, std::string_view value) {
  if (key.front() == texts_key) {
    if (key.size() != 6 || static_cast<std::size_t>(key[1]) >= dims_count) return corrupt("texts");
    Texts& texts = texts_[static_cast<std::size_t>(key[1])];
    if (texts.size() != engine::get_big_endian<std::uint32_t>(key.substr(2)) * rows_of) {
      return corrupt("texts");
    }
    while (!value.empty()) {
      const auto bytes = take_varint(value);
      const std::size_t known = texts.size();
      if (!bytes || *bytes > value.size() || texts.id(value.substr(0, *bytes)) != known) {
        return corrupt("texts");
      }
      value.remove_prefix(*bytes);
    }
    texts_saved_[static_cast<std::size_t>(key[1])] = texts.size();
    return {};
  }
  if (key.size() != 5 ||
      places_.size() != engine::get_big_endian<std::uint32_t>(key.substr(1)) * rows_of) {
    return corrupt("places");
  }
  while (!value.empty()) {
    Place place;
    for (std::size_t i = 0; i < dims_count; ++i) {
      const auto text = take_varint(value);
      if (!text || *text >= texts_[i].size()) return corrupt("places");
      place[i] = static_cast<std::uint32_t>(*text);
    }
    if (const std::size_t known = places_.size(); id_of(place) != known) return corrupt("places");
  }
  places_saved_ = places_.size();
  return {};
}

}  // namespace workflows::issue
