// The documents of Open311 GeoReport v2 as plain values, in XML and in JSON, both ways.
// Sources: wiki.open311.org/GeoReport_v2 and …/Service_Discovery; the updates of requests:
// github.com/mysociety/fixmystreet/wiki/Open311-FMS---Proposed-differences-to-Open311.
//
// JSON follows the standard's "Spark convention": the root element's list becomes the array, what
// is empty becomes null, flags and numbers stand bare. A number that JSON cannot write ("006") is
// text. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/schema/value.hpp"

namespace adapters::open311 {

enum class Format : std::uint8_t { xml, json };

// One value without parts. Its kind matters in JSON only.
struct Scalar {
  enum class Kind : std::uint8_t { text, number, boolean };
  std::string text;
  Kind kind = Kind::text;
  friend bool operator==(const Scalar&, const Scalar&) = default;
};
// Nothing: the document does not have it. "": it has it, empty (null).
using Field = std::optional<Scalar>;

Field text_field(std::string_view text);
// As a number if JSON can write just these characters as one, otherwise as text.
Field number_field(std::string_view text);
Field flag_field(bool flag);
// "" if it is not there.
std::string_view text_in(const Field& field);

struct Endpoint {
  Field specification, url, changeset, type;
  std::vector<std::string> formats;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};
struct Discovery {
  Field changeset, contact, key_service;
  std::vector<Endpoint> endpoints;
  friend bool operator==(const Discovery&, const Discovery&) = default;
};

struct Service {
  Field service_code, service_name, description, metadata, type, keywords, group;
  friend bool operator==(const Service&, const Service&) = default;
};

struct Option {
  Field key, name;
  friend bool operator==(const Option&, const Option&) = default;
};
struct Attribute {
  Field variable, code, datatype, required, datatype_description, order, description;
  std::vector<Option> values;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};
struct Definition {
  Field service_code;
  std::vector<Attribute> attributes;
  friend bool operator==(const Definition&, const Definition&) = default;
};

struct RequestRecord {
  Field service_request_id, status, status_notes, service_name, service_code, description;
  Field agency_responsible, service_notice, requested_datetime, updated_datetime;
  Field expected_datetime, address, address_id, zipcode, lat, long_, media_url;
  engine::schema::Object more;  // what the standard does not name
  friend bool operator==(const RequestRecord&, const RequestRecord&) = default;
};

// The answer to a request that was handed in, and to a token.
struct Receipt {
  Field service_request_id, token, service_notice, account_id;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

struct Update {
  Field update_id, service_request_id, status, updated_datetime, description, media_url, account_id;
  friend bool operator==(const Update&, const Update&) = default;
};

// One of the errors that an answer names.
struct Flaw {
  Field code, description;
  friend bool operator==(const Flaw&, const Flaw&) = default;
};

std::string write_discovery(const Discovery& document, Format format);
std::string write_services(const std::vector<Service>& document, Format format);
std::string write_definition(const Definition& document, Format format);
std::string write_requests(const std::vector<RequestRecord>& document, Format format);
std::string write_receipts(const std::vector<Receipt>& document, Format format);
std::string write_updates(const std::vector<Update>& document, Format format);
std::string write_flaws(const std::vector<Flaw>& document, Format format);

// What others wrote. Blanks around a value are dropped, members that the standard does not name
// passed over (but for RequestRecord::more); older forms are understood: <attribute> without
// <attributes> around it, an <error> of plain text.
// invalid: no XML or JSON, or another document.
engine::Result<Discovery> read_discovery(std::string_view text, Format format);
engine::Result<std::vector<Service>> read_services(std::string_view text, Format format);
engine::Result<Definition> read_definition(std::string_view text, Format format);
engine::Result<std::vector<RequestRecord>> read_requests(std::string_view text, Format format);
engine::Result<std::vector<Receipt>> read_receipts(std::string_view text, Format format);
engine::Result<std::vector<Update>> read_updates(std::string_view text, Format format);
engine::Result<std::vector<Flaw>> read_flaws(std::string_view text, Format format);

}  // namespace adapters::open311
