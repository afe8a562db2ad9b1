// Discovery, the list of services, and what each asks.
#include <algorithm>
#include <utility>

#include "adapters/open311/core.hpp"

namespace adapters::open311 {

using workflows::directory::EntryInfo;

namespace {

constexpr std::string_view specification = "http://wiki.open311.org/GeoReport_v2";

// The Host of the request as part of an address; "" if it is none that we would repeat.
std::string host_of(const http::Request& request) {
  const std::string_view host = http::find_field(request.headers, "Host").value_or("");
  const bool good = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-:[]").find(c) != std::string_view::npos;
  });
  return good ? std::string(host) : std::string();
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

Service service_of(const Core& core, const workflows::directory::Tree& tree,
                   const EntryInfo& category) {
  const ServiceEntry* said = find_service(core.config.services, category.code);
  const EntryInfo* above = tree.find("category", category.parent);
  std::string group = said == nullptr ? "" : said->group;
  if (group.empty() && above != nullptr) group = above->name;
  Service out;
  out.service_code = text_field(category.code);
  out.service_name = text_field(category.name);
  out.description = text_field(said == nullptr ? "" : said->description);
  out.metadata = flag_field(said != nullptr && !said->attributes.empty());
  out.type = text_field(core.config.mode == Mode::id ? "realtime" : "batch");
  out.keywords = text_field(said == nullptr ? "" : joined(said->keywords));
  out.group = text_field(group);
  return out;
}

Attribute attribute_of(const AttributeEntry& entry, std::size_t order) {
  Attribute out;
  out.variable = flag_field(entry.variable);
  out.code = text_field(entry.code);
  out.datatype = text_field(name_of(entry.datatype));
  out.required = flag_field(entry.required);
  out.datatype_description = text_field(entry.datatype_description);
  out.order = number_field(std::to_string(order));
  out.description = text_field(entry.description);
  for (const ValueEntry& value : entry.values) {
    out.values.push_back({number_field(value.key), text_field(value.name)});
  }
  return out;
}

}  // namespace

std::string discovery_document(const Core& core, const Call& call) {
  const Config& config = core.config;
  std::string url = config.url;
  if (url.empty()) url = "http://" + host_of(call.request) + "/open311/v2";
  Endpoint endpoint;
  endpoint.specification = text_field(specification);
  endpoint.url = text_field(url);
  endpoint.changeset = text_field(config.changeset);
  endpoint.type = text_field(config.type);
  endpoint.formats = {"text/xml", "application/json"};
  Discovery out;
  out.changeset = text_field(config.changeset);
  out.contact = text_field(config.contact);
  out.key_service = text_field(config.key_service);
  out.endpoints.push_back(std::move(endpoint));
  return write_discovery(out, call.format);
}

std::string services_document(const Core& core, Format format) {
  const auto tree = core.parts.directory.tree();
  std::vector<Service> out;
  for (const EntryInfo* category : tree->all("category")) {
    if (!category->retired) out.push_back(service_of(core, *tree, *category));
  }
  return write_services(out, format);
}

Outcome definition_document(const Core& core, const Call& call) {
  const std::string& code = call.route.subject;
  if (code.empty()) return refused(400, "service_code was not provided.");
  const auto tree = core.parts.directory.tree();
  const EntryInfo* category = tree->find("category", code);
  if (category == nullptr || category->retired) {
    return refused(404, "service_code " + code + " was not found.");
  }
  Definition out;
  out.service_code = text_field(code);
  if (const ServiceEntry* said = find_service(core.config.services, code)) {
    for (const AttributeEntry& entry : said->attributes) {
      out.attributes.push_back(attribute_of(entry, out.attributes.size() + 1));
    }
  }
  return write_definition(out, call.format);
}

}  // namespace adapters::open311
