#include "tools/sihe/demo_people.hpp"

#include <array>
#include <cstdio>
#include <functional>
#include <utility>
#include <vector>

namespace tools::demo {

namespace {

constexpr std::string_view surnames[] = {
    "陈", "林", "王", "张", "黄", "李", "叶", "周", "郑", "潘", "金", "徐", "吴",   "朱",   "胡",
    "项", "谢", "戴", "蔡", "姜", "杨", "夏", "刘", "余", "季", "章", "倪", "诸葛", "欧阳", "木"};

constexpr std::string_view given_names[] = {
    "建国", "小燕", "海燕", "秀英", "志强", "晓东", "爱华", "国平", "丽君", "永康", "阿娟", "文斌",
    "素芬", "少华", "明亮", "春梅", "建敏", "彩霞", "乐天", "思远", "梦瑶", "子涵", "光荣", "银花",
    "进步", "玉莲", "伟",   "静",   "磊",   "敏",   "洁",   "勇",   "雪琴", "定一", "克勤", "宝珠"};

constexpr std::string_view roads[] = {"兴学路", "富民路",   "新建路",   "环村路",
                                      "沿河路", "桥头巷",   "中心大道", "前花路",
                                      "瓯瞿路", "塘河南路", "振兴西街", "井头巷"};

constexpr std::string_view places[] = {
    "文化礼堂", "老人亭",     "菜市场东侧", "村口牌坊",   "小学后门", "三角花坛",   "水闸边",
    "老戏台",   "停车场入口", "变压器旁",   "工业区南门", "榕树下",   "卫生室对面", "河埠头"};

constexpr std::string_view since[] = {"三四天",   "一个星期", "十来天",   "半个多月",
                                      "快一个月", "一个多月", "近两个月", "大半年"};

constexpr std::string_view openings[] = {
    "",       "您好，",         "你好，反映一个问题：", "麻烦帮忙看一下，",
    "请问，", "我是本村居民，", "替邻居们反映：",       "这个问题说过好几次了，"};

constexpr std::string_view wishes[] = {"",
                                       "希望尽快处理。",
                                       "盼答复。",
                                       "麻烦派人来看看，谢谢。",
                                       "请帮我们问问。",
                                       "再不解决我们就去镇里了。",
                                       "谢谢你们！",
                                       "希望能给个准信。",
                                       "拜托了。"};

constexpr std::string_view again[] = {"也是这件事，和前面的人反映的一样：",
                                      "听说有人报过了，我再说一遍：", "我家也碰上了：",
                                      "同一个地方，", "群里都在说："};

// With a chance of its own, so that the same thing always has the same people.
std::string name_for(std::string_view what, int number) {
  std::uint64_t seed = 71;
  for (const char c : what) seed = seed * 131 + static_cast<unsigned char>(c);
  Chance chance(seed, static_cast<std::uint64_t>(number));
  std::string name(chance.one_of(surnames));
  return name.append(chance.one_of(given_names));
}

using Filling = std::vector<std::pair<std::string_view, std::string>>;

std::string filled(std::string_view text, const Filling& filling) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out.append(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    const std::string_view gap = text.substr(open + 1, close - open - 1);
    for (const auto& [name, value] : filling) {
      if (name == gap) out.append(value);
    }
    text.remove_prefix(close + 1);
  }
  return out;
}

const Situation& some_situation(Chance& chance) {
  const std::span<const Situation> all[] = {city_situations(), livelihood_situations(),
                                            order_situations()};
  std::size_t index = 0;
  for (const auto& each : all) index += each.size();
  index = static_cast<std::size_t>(chance.next() % index);
  for (const auto& each : all) {
    if (index < each.size()) return each[index];
    index -= each.size();
  }
  return all[0][0];
}

}  // namespace

Resident some_resident(Chance& chance) {
  Resident out;
  out.name = std::string(chance.one_of(surnames)).append(chance.one_of(given_names));
  char digits[16];
  std::snprintf(digits, sizeof digits, "1380000%04d", chance.between(0, 9999));
  out.phone = digits;
  out.account = "u" + std::to_string(chance.between(100'000, 999'999));
  return out;
}

std::string liaison_of(const Community& community) { return name_for(community.code, 0); }

std::string clerk_of(std::string_view department, int number) {
  return std::string(department_name(department)) + "·" + name_for(department, number % 4);
}

std::string supervisor(int number) { return "督查室·" + name_for("supervision", number % 3); }

std::string operator_name(int number) {
  char seat[32];
  std::snprintf(seat, sizeof seat, "7171热线·%02d席", 1 + number % 8);
  return seat;
}

Case some_case(const Community& community, Chance& chance) {
  Case out;
  out.situation = &some_situation(chance);
  const std::string road(chance.one_of(roads));
  const std::string place(chance.one_of(places));
  const std::string door = chance.percent(40) ? std::to_string(chance.between(1, 28)) + "幢" +
                                                    std::to_string(chance.between(1, 3)) + "单元"
                                              : std::to_string(chance.between(3, 188)) + "号";
  const Filling filling{{"road", road},
                        {"place", place},
                        {"door", door},
                        {"since", std::string(chance.one_of(since))},
                        {"n", std::to_string(chance.between(3, 26))}};
  out.title = filled(out.situation->title, filling);
  out.text = std::string(chance.one_of(openings)) + filled(out.situation->text, filling);
  out.text.append(chance.one_of(wishes));
  out.place = community.name + road + (chance.percent(50) ? place : door);
  out.progress = filled(out.situation->progress, filling);
  out.reply = filled(out.situation->reply, filling);
  return out;
}

std::string said_again(const Case& first, Chance& chance) {
  return std::string(chance.one_of(again)) + first.text;
}

}  // namespace tools::demo
