// A meeting on paper: one HTML page with its style in it and nothing from elsewhere.
#include <string>
#include <string_view>

#include "adapters/http/meeting_document.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
@page { size: A4; margin: 18mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8.5pt; color: #555; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 178mm; color: #000; background: #fff;
  font: 10.5pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, "Songti SC", STSong,
    "Noto Sans CJK SC", "Microsoft YaHei", serif; }
h1 { margin: 6mm 0 1mm; text-align: center; font-size: 18pt; letter-spacing: .15em; }
h2 { margin: 6mm 0 2mm; font-size: 12pt; break-after: avoid; }
.en { color: #555; font-size: 8.5pt; font-weight: normal; letter-spacing: 0; }
.number { text-align: center; margin: 0 0 5mm; font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: collapse; }
th, td { border: .3mm solid #000; padding: 1.2mm 1.8mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { background: #f2f2f2; font-weight: 600; }
.facts th { width: 19%; white-space: nowrap; }
.facts td { width: 31%; }
.agenda { table-layout: fixed; }
.agenda .nth { width: 9mm; }
.agenda .issue { width: 30mm; }
.agenda .matter { width: 51mm; }
.agenda .due { width: 33mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.no { font-variant-numeric: tabular-nums; white-space: nowrap; }
.words { white-space: pre-wrap; }
.signed { break-inside: avoid; }
.signs { display: flex; flex-wrap: wrap; gap: 6mm 10mm; margin-top: 5mm; }
.signs div { flex: 1 1 45%; border-bottom: .3mm solid #000; padding: 8mm 0 1mm; }
footer { margin-top: 6mm; color: #555; font-size: 8.5pt; }
@media screen { body { padding: 8mm; } }
</style>
)";

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

// "2026-03-04T14:00:00+08:00" as "2026-03-04 14:00".
std::string minute(const std::string& time) {
  constexpr std::size_t day = 10, end = 16;
  return time.size() < end ? time : time.substr(0, day) + " " + time.substr(day + 1, end - day - 1);
}

// Escaped; a list with 、 between; "" where there is nothing.
std::string text(const Value* value) {
  if (value == nullptr) return {};
  if (const auto* words = value->string()) return escaped(*words);
  if (const auto* items = value->list()) {
    std::string out;
    for (const Value& each : *items) out += (out.empty() ? "" : "、") + text(&each);
    return out;
  }
  if (value->find("withheld") != nullptr) return "（不予显示 withheld）";
  if (value->find("erased") != nullptr) return "（已删除 erased）";
  return {};
}

std::string text(const Object& object, const char* name) { return text(member(object, name)); }

std::string time(const Object& object, const char* name) {
  const Value* value = member(object, name);
  return value == nullptr || value->string() == nullptr ? "" : escaped(minute(*value->string()));
}

// The name where there is one, else the code.
std::string named(const Object& object, const char* name, const char* code) {
  const std::string out = text(object, name);
  return out.empty() ? text(object, code) : out;
}

std::string label(std::string_view zh, std::string_view en) {
  return std::string(zh) + " <span class=\"en\">" + std::string(en) + "</span>";
}

void row(std::string& out, std::initializer_list<std::pair<std::string, std::string>> cells) {
  out += "<tr>";
  for (const auto& [name, value] : cells) {
    out += "<th>" + name + "</th><td>" + value + "</td>";
  }
  out += "</tr>\n";
}

void wide_row(std::string& out, const std::string& name, const std::string& value) {
  if (value.empty()) return;
  out += "<tr><th>" + name + "</th><td colspan=\"3\" class=\"words\">" + value + "</td></tr>\n";
}

void facts(std::string& out, const Object& meeting) {
  out += "<table class=\"facts\">\n";
  row(out, {{label("状态", "stage"), text(meeting, "stage_zh")},
            {label("区域", "area"), named(meeting, "area_name", "area")}});
  row(out, {{label("时间", "time"), time(meeting, "at")},
            {label("召开", "held"), time(meeting, "held_at")}});
  row(out, {{label("地点", "place"), text(meeting, "place")},
            {label("主持", "chair"), text(meeting, "chair")}});
  wide_row(out, label("参会单位", "units"), named(meeting, "units_names", "units"));
  wide_row(out, label("通知", "invited"), text(meeting, "invited"));
  wide_row(out, label("到会", "attended"), text(meeting, "attendees"));
  const std::string residents = text(meeting, "residents");
  wide_row(out, label("群众", "residents"),
           residents.empty() ? text(meeting, "residents_invited") : residents);
  wide_row(out, label("备注", "note"), text(meeting, "note"));
  wide_row(out, label("取消原因", "cancelled"), text(meeting, "cancelled_because"));
  out += "</table>\n";
}

std::string conclusion(const Object& item) {
  std::string out = text(item, "conclusion_zh");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += "<br>" + std::string(name) + value;
  };
  add("牵头：", named(item, "department_name", "department"));
  add("协办：", named(item, "co_units_names", "co_units"));
  add("承办人：", text(item, "by"));
  add("下一步：", text(item, "next_step"));
  return out;
}

void agenda(std::string& out, const Object& meeting) {
  out +=
      "<h2>" + label("议程", "agenda") +
      "</h2>\n<table class=\"agenda\">\n<thead><tr><th class=\"nth\">#</th><th class=\"issue\">" +
      label("诉求编号", "issue") + "</th><th class=\"matter\">" + label("事项", "matter") +
      "</th><th>" + label("结论", "conclusion") + "</th><th class=\"due\">" + label("时限", "due") +
      "</th></tr></thead>\n";
  const Value* items = member(meeting, "agenda");
  std::size_t number = 0;
  for (const Value& each : items == nullptr || items->list() == nullptr ? List{} : *items->list()) {
    const Object& item = *each.object();
    out += "<tr><td class=\"no\">" + std::to_string(++number) + "</td><td class=\"no\">" +
           text(item, "issue") + "</td><td>" + text(item, "title") + "</td><td>" +
           conclusion(item) + "</td><td class=\"no\">" + time(item, "due") + "</td></tr>\n";
  }
  out += "</table>\n";
}

}  // namespace

std::string meeting_sheet(const Object& document) {
  const std::string title = text(document, "kind_zh") + "记录";
  std::string out(head);
  out += "<title>" + title + " " + text(document, "number") + "</title>\n</head>\n<body>\n";
  out +=
      "<h1>" + title + "</h1>\n<p class=\"number\">编号 No. " + text(document, "number") + "</p>\n";
  facts(out, document);
  agenda(out, document);
  if (const std::string minutes = text(document, "minutes"); !minutes.empty()) {
    out +=
        "<h2>" + label("会议纪要", "minutes") + "</h2>\n<p class=\"words\">" + minutes + "</p>\n";
  }
  out +=
      "<div class=\"signed\">\n<h2>" + label("签字", "signatures") + "</h2>\n<div class=\"signs\">";
  for (const auto& name : {label("主持人", "chair"), label("记录人", "minutes taken by"),
                           label("参会单位", "units"), label("群众代表", "residents")}) {
    out += "<div>" + name + "</div>";
  }
  out += "</div>\n</div>\n<footer>四和 Sihe · 版本 version " +
         std::to_string(std::get<std::int64_t>(member(document, "version")->it)) +
         "</footer>\n</body>\n</html>\n";
  return out;
}

}  // namespace adapters::http
