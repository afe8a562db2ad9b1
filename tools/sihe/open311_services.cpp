#include "tools/sihe/open311_services.hpp"

#include <fstream>
#include <utility>

#include "adapters/files/toml_reader.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using adapters::files::Problems;
using adapters::files::TomlTable;
using adapters::open311::AttributeEntry;
using adapters::open311::ServiceBook;
using adapters::open311::ServiceEntry;
using engine::Error;
using engine::Fault;
using engine::Result;

constexpr std::size_t file_bytes_max = 1024 * 1024;

AttributeEntry read_attribute(const toml::table& from, Problems& problems) {
  const TomlTable table(
      from, "[[service.attribute]]",
      {"code", "datatype", "description", "datatype_description", "required", "variable", "value"},
      problems);
  AttributeEntry out;
  out.code = table.needed("code");
  const std::string datatype = table.needed("datatype");
  if (const auto known = adapters::open311::datatype_of(datatype)) {
    out.datatype = *known;
  } else if (!datatype.empty()) {
    table.wrong("datatype",
                "must be string, number, datetime, text, singlevaluelist or multivaluelist");
  }
  out.description = table.text("description").value_or("");
  out.datatype_description = table.text("datatype_description").value_or("");
  out.required = table.flag("required").value_or(false);
  out.variable = table.flag("variable").value_or(true);
  for (const toml::table* each : table.tables("value")) {
    const TomlTable value(*each, "[[service.attribute.value]]", {"key", "name"}, problems);
    out.values.push_back({value.needed("key"), value.needed("name")});
  }
  return out;
}

ServiceEntry read_service(const toml::table& from, Problems& problems) {
  const TomlTable table(from, "[[service]]",
                        {"code", "group", "keywords", "description", "notice", "attribute"},
                        problems);
  ServiceEntry out;
  out.code = table.needed("code");
  out.group = table.text("group").value_or("");
  if (table.node("keywords") != nullptr)
    out.keywords = table.texts("keywords").value_or(out.keywords);
  out.description = table.text("description").value_or("");
  out.notice = table.text("notice").value_or("");
  for (const toml::table* each : table.tables("attribute")) {
    out.attributes.push_back(read_attribute(*each, problems));
  }
  return out;
}

}  // namespace

Result<ServiceBook> read_services(const std::string& file) {
  ServiceBook out;
  if (file.empty()) return out;
  const std::string what = "the services file " + printable(file);
  std::ifstream in(file, std::ios::binary);
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) return Error{Fault::invalid, what + " cannot be read"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  const auto table = adapters::files::read_toml(text, file_bytes_max, what);
  if (!table) return table.error();
  Problems problems;
  const TomlTable top(*table, what, {"service"}, problems);
  for (const toml::table* each : top.tables("service")) {
    out.push_back(read_service(*each, problems));
  }
  if (!problems.none()) return adapters::files::cannot_be_used(what, problems.text());
  std::string flaws;
  for (const std::string& each : adapters::open311::flaws_of(out)) {
    flaws += (flaws.empty() ? "" : "; ") + each;
  }
  if (!flaws.empty()) return adapters::files::cannot_be_used(what, flaws);
  return out;
}

}  // namespace tools
