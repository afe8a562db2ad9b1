#include "tools/sihe/demo_directory.hpp"

#include <algorithm>
#include <array>

#include "engine/core/ensure.hpp"

namespace tools::demo {

using workflows::directory::EntryInfo;

// Tables are read by their columns.
// clang-format off
namespace {

struct Town {
  std::string_view code;
  std::string_view name;
  std::vector<std::string_view> communities;  // a star: pilot village
};

const std::array<Town, 13> towns{{
    {"330304001", "景山街道",   {"景德社区", "勤奋社区", "雪山社区", "将军桥社区", "净水社区", "西山社区"}},
    {"330304002", "梧田街道",   {"老街社区*", "南堡社区", "龙霞社区", "月落垟社区", "大堡底社区", "北村社区", "慈湖社区",
                              "塘东社区", "蟠凤社区"}},
    {"330304003", "南白象街道", {"白象社区*", "鹅湖社区", "南湖社区", "金竹社区", "霞坊社区", "上蔡社区"}},
    {"330304004", "茶山街道",   {"罗山社区", "睦州垟社区", "卧龙社区*", "霞岙社区", "山根村", "京山社区", "高教园区社区"}},
    {"330304005", "娄桥街道",   {"娄桥社区", "河庄社区*", "古岸头社区", "吕家岸社区", "安下社区", "东耕社区", "社林社区",
                              "玕南社区"}},
    {"330304006", "新桥街道",   {"新桥社区", "金蟾社区", "六虹桥社区", "高翔社区", "旸岙社区", "站前社区"}},
    {"330304007", "三垟街道",   {"池底社区", "张严周社区", "丹东社区*", "樟岙社区", "沙河社区", "吕西社区"}},
    {"330304008", "瞿溪街道",   {"瞿溪社区", "三溪社区", "雄溪社区", "八仙岩社区", "信岙村", "埭头社区*", "崇文社区"}},
    {"330304009", "郭溪街道",   {"梅屿社区*", "燎原社区", "任桥社区", "凰桥社区", "曹平社区", "塘下社区"}},
    {"330304010", "潘桥街道",   {"潘北社区*", "陈庄社区", "焦下村", "岷岗社区", "丁岙社区", "横塘社区", "泰兴社区"}},
    {"330304011", "丽岙街道",   {"杨宅社区", "茶堂社区", "河头社区*", "叶宅社区", "下呈社区", "任宅村"}},
    {"330304012", "仙岩街道",   {"穗丰村*", "沈岙村", "河口塘社区", "岩一社区", "秀垟社区", "盘垟社区"}},
    {"330304108", "泽雅镇",     {"五凤社区", "源口村", "林岙村", "西岸社区*", "戈恬村"}},
}};

struct Entry {
  std::string_view code;
  std::string_view name;
  std::string_view parent;
};

constexpr Entry departments[] = {
    {"housing",          "住房和城乡建设局",     ""},
    {"enforcement",      "综合行政执法局",       ""},
    {"transport",        "交通运输局",           ""},
    {"water",            "水利局",               ""},
    {"environment",      "生态环境分局",         ""},
    {"civil",            "民政局",               ""},
    {"labour",           "人力资源和社会保障局", ""},
    {"education",        "教育局",               ""},
    {"health",           "卫生健康局",           ""},
    {"agriculture",      "农业农村局",           ""},
    {"planning",         "自然资源和规划分局",   ""},
    {"market",           "市场监督管理局",       ""},
    {"police",           "公安分局",             ""},
    {"petitions",        "信访局",               ""},
    {"emergency",        "应急管理局",           ""},
    {"power",            "供电分局",             ""},
    {"tap-water",        "自来水公司",           ""},
};

constexpr Entry categories[] = {
    {"city",             "城乡环境",             ""},
    {"lamp",             "路灯照明",             "city"},
    {"waste",            "垃圾清运",             "city"},
    {"stalls",           "占道经营",             "city"},
    {"illegal-building", "违法建设",             "city"},
    {"green",            "绿化设施",             "city"},
    {"streets",          "交通出行",             ""},
    {"road",             "道路破损",             "streets"},
    {"parking",          "停车管理",             "streets"},
    {"bus",              "公交出行",             "streets"},
    {"waters",           "水与河道",             ""},
    {"sewage",           "污水管网",             "waters"},
    {"river",            "河道保洁",             "waters"},
    {"tap-water",        "供水用水",             "waters"},
    {"home",             "住房用电",             ""},
    {"leak",             "房屋渗漏",             "home"},
    {"property",         "物业管理",             "home"},
    {"charging",         "充电设施",             "home"},
    {"power",            "居民用电",             "home"},
    {"livelihood",       "民生保障",             ""},
    {"insurance",        "社会保险",             "livelihood"},
    {"allowance",        "低保救助",             "livelihood"},
    {"school",           "入学教育",             "livelihood"},
    {"health",           "医疗卫生",             "livelihood"},
    {"wages",            "劳动报酬",             "livelihood"},
    {"fields",           "土地农业",             ""},
    {"land",             "土地山林",             "fields"},
    {"farming",          "农业生产",             "fields"},
    {"order",            "平安秩序",             ""},
    {"noise",            "噪声油烟",             "order"},
    {"neighbours",       "邻里纠纷",             "order"},
    {"safety",           "安全隐患",             "order"},
    {"market",           "消费维权",             "order"},
    {"village-affairs",  "村务公开",             "order"},
};

// clang-format on

std::vector<Community> make_communities() {
  std::vector<Community> out;
  for (const Town& town : towns) {
    unsigned number = 0;
    for (std::string_view name : town.communities) {
      const bool pilot = name.ends_with('*');
      if (pilot) name.remove_suffix(1);
      std::string own = std::to_string(++number);
      own.insert(0, 3 - own.size(), '0');
      out.push_back(
          {std::string(town.code) + own, std::string(name), std::string(town.name), pilot});
    }
  }
  return out;
}

EntryInfo area(std::string_view code, std::string_view name, std::string_view parent,
               std::string_view level) {
  EntryInfo entry;
  entry.kind = "area";
  entry.code = code;
  entry.name = name;
  entry.parent = parent;
  entry.level = level;
  return entry;
}

void put(std::string_view kind, std::span<const Entry> entries, std::vector<EntryInfo>& out) {
  for (const Entry& each : entries) {
    EntryInfo entry;
    entry.kind = kind;
    entry.code = each.code;
    entry.name = each.name;
    entry.parent = each.parent;
    out.push_back(std::move(entry));
  }
}

}  // namespace

const std::vector<Community>& communities() {
  static const std::vector<Community> all = make_communities();
  return all;
}

std::string_view department_name(std::string_view code) {
  const auto* found = std::find_if(std::begin(departments), std::end(departments),
                                   [&](const Entry& each) { return each.code == code; });
  ENSURE(found != std::end(departments));
  return found->name;
}

std::vector<EntryInfo> directory_entries() {
  std::vector<EntryInfo> out;
  out.push_back(area(district_code, "瓯海区", "", "district"));
  for (const Town& town : towns) out.push_back(area(town.code, town.name, district_code, "town"));
  for (const Community& each : communities()) {
    out.push_back(area(each.code, each.name, each.code.substr(0, 9), "village"));
    out.back().pilot = each.pilot;
  }
  put("department", departments, out);
  put("category", categories, out);
  return out;
}

}  // namespace tools::demo
