// Which members each document has, in the standard's order, and how JSON shows them: one table for
// writing and reading. Internal to adapters/open311.
#pragma once

#include <cstdint>
#include <string_view>

#include "adapters/open311/documents.hpp"

namespace adapters::open311 {

enum class Shown : std::uint8_t { text, number, flag };

template <class Document>
struct Member {
  std::string_view name;
  Field Document::*field;
  Shown shown;
};

template <class Document>
inline constexpr Member<Document> members_of[1] = {};

template <>
inline constexpr Member<Endpoint> members_of<Endpoint>[] = {
    {"specification", &Endpoint::specification, Shown::text},
    {"url", &Endpoint::url, Shown::text},
    {"changeset", &Endpoint::changeset, Shown::text},
    {"type", &Endpoint::type, Shown::text},
};
template <>
inline constexpr Member<Discovery> members_of<Discovery>[] = {
    {"changeset", &Discovery::changeset, Shown::text},
    {"contact", &Discovery::contact, Shown::text},
    {"key_service", &Discovery::key_service, Shown::text},
};
template <>
inline constexpr Member<Service> members_of<Service>[] = {
    {"service_code", &Service::service_code, Shown::text},
    {"service_name", &Service::service_name, Shown::text},
    {"description", &Service::description, Shown::text},
    {"metadata", &Service::metadata, Shown::flag},
    {"type", &Service::type, Shown::text},
    {"keywords", &Service::keywords, Shown::text},
    {"group", &Service::group, Shown::text},
};
template <>
inline constexpr Member<Option> members_of<Option>[] = {
    {"key", &Option::key, Shown::number},
    {"name", &Option::name, Shown::text},
};
template <>
inline constexpr Member<Attribute> members_of<Attribute>[] = {
    {"variable", &Attribute::variable, Shown::flag},
    {"code", &Attribute::code, Shown::text},
    {"datatype", &Attribute::datatype, Shown::text},
    {"required", &Attribute::required, Shown::flag},
    {"datatype_description", &Attribute::datatype_description, Shown::text},
    {"order", &Attribute::order, Shown::number},
    {"description", &Attribute::description, Shown::text},
};
template <>
inline constexpr Member<Definition> members_of<Definition>[] = {
    {"service_code", &Definition::service_code, Shown::text},
};
template <>
inline constexpr Member<RequestRecord> members_of<RequestRecord>[] = {
    {"service_request_id", &RequestRecord::service_request_id, Shown::number},
    {"status", &RequestRecord::status, Shown::text},
    {"status_notes", &RequestRecord::status_notes, Shown::text},
    {"service_name", &RequestRecord::service_name, Shown::text},
    {"service_code", &RequestRecord::service_code, Shown::text},
    {"description", &RequestRecord::description, Shown::text},
    {"agency_responsible", &RequestRecord::agency_responsible, Shown::text},
    {"service_notice", &RequestRecord::service_notice, Shown::text},
    {"requested_datetime", &RequestRecord::requested_datetime, Shown::text},
    {"updated_datetime", &RequestRecord::updated_datetime, Shown::text},
    {"expected_datetime", &RequestRecord::expected_datetime, Shown::text},
    {"address", &RequestRecord::address, Shown::text},
    {"address_id", &RequestRecord::address_id, Shown::number},
    {"zipcode", &RequestRecord::zipcode, Shown::number},
    {"lat", &RequestRecord::lat, Shown::number},
    {"long", &RequestRecord::long_, Shown::number},
    {"media_url", &RequestRecord::media_url, Shown::text},
};
template <>
inline constexpr Member<Receipt> members_of<Receipt>[] = {
    {"service_request_id", &Receipt::service_request_id, Shown::number},
    {"token", &Receipt::token, Shown::number},
    {"service_notice", &Receipt::service_notice, Shown::text},
    {"account_id", &Receipt::account_id, Shown::number},
};
template <>
inline constexpr Member<Update> members_of<Update>[] = {
    {"update_id", &Update::update_id, Shown::number},
    {"service_request_id", &Update::service_request_id, Shown::number},
    {"status", &Update::status, Shown::text},
    {"updated_datetime", &Update::updated_datetime, Shown::text},
    {"description", &Update::description, Shown::text},
    {"media_url", &Update::media_url, Shown::text},
    {"account_id", &Update::account_id, Shown::number},
};
template <>
inline constexpr Member<Flaw> members_of<Flaw>[] = {
    {"code", &Flaw::code, Shown::number},
    {"description", &Flaw::description, Shown::text},
};

// A list's element and the elements within it: <services><service>…
struct ListNames {
  std::string_view list, item;
};
template <class Document>
inline constexpr ListNames names_of{};
template <>
inline constexpr ListNames names_of<Endpoint>{"endpoints", "endpoint"};
template <>
inline constexpr ListNames names_of<Service>{"services", "service"};
template <>
inline constexpr ListNames names_of<Attribute>{"attributes", "attribute"};
template <>
inline constexpr ListNames names_of<Option>{"values", "value"};
template <>
inline constexpr ListNames names_of<RequestRecord>{"service_requests", "request"};
template <>
inline constexpr ListNames names_of<Receipt>{"service_requests", "request"};
template <>
inline constexpr ListNames names_of<Update>{"service_request_updates", "request_update"};
template <>
inline constexpr ListNames names_of<Flaw>{"errors", "error"};

}  // namespace adapters::open311
