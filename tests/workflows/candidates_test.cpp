// How alike two reports are.
#include "workflows/issue/candidates.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using workflows::issue::likeness;
using workflows::issue::likeness_min;
using workflows::issue::metres_between;

TEST(Likeness, IsOneForTheSameWordsWhateverTheirPunctuation) {
  EXPECT_DOUBLE_EQ(likeness("村口路灯不亮", "村口路灯，不亮！"), 1);
  EXPECT_DOUBLE_EQ(likeness("Street light OUT", "street light, out."), 1);
}

TEST(Likeness, IsOverTheLimitForTheSameTroubleInOtherWords) {
  EXPECT_GE(likeness("村口路灯不亮，晚上走路看不见", "村口的路灯不亮了，走路看不见"), likeness_min);
  EXPECT_GE(likeness("潘桥街道垃圾堆了三天没人清运", "垃圾堆了三天，没人来清运"), likeness_min);
}

TEST(Likeness, IsUnderTheLimitForAnotherTrouble) {
  EXPECT_LT(likeness("村口路灯不亮，晚上走路看不见", "自来水发黄，有铁锈味"), likeness_min);
  EXPECT_LT(likeness("邻居装修噪音大", "垃圾堆了三天没人清运"), likeness_min);
}

TEST(Likeness, OfNothingIsNone) {
  EXPECT_DOUBLE_EQ(likeness("", ""), 0);
  EXPECT_DOUBLE_EQ(likeness("灯", "灯"), 0) << "one character has no neighbour";
  EXPECT_DOUBLE_EQ(likeness("，。！", "，。！"), 0);
}

RC_GTEST_PROP(LikenessAlways, IsTheSameBothWaysAndBetweenNoneAndAll, ()) {
  const auto text = [] {
    std::string out;
    for (const auto& each : *rc::gen::container<std::vector<std::string>>(
             rc::gen::element<std::string>("路", "灯", "水", "a", "，", " ", "9"))) {
      out += each;
    }
    return out;
  };
  const std::string a = text(), b = text();
  const double one = likeness(a, b);
  RC_ASSERT(one == likeness(b, a));
  RC_ASSERT(one >= 0 && one <= 1);
}

TEST(Metres, AreThoseOfTheGreatCircle) {
  EXPECT_NEAR(metres_between(0, 0, 0, 1), 111'194.9, 1);  // a degree of the equator
  EXPECT_NEAR(metres_between(28, 120.6, 28, 120.6), 0, 1e-6);
  EXPECT_NEAR(metres_between(90, 0, -90, 0), 20'015'087, 10);
}

}  // namespace
