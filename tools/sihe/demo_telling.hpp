// Tells one story act by act: keeps the time, the people and the matter. Internal to the demo.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/time.hpp"
#include "tools/sihe/demo_calendar.hpp"
#include "tools/sihe/demo_chance.hpp"
#include "tools/sihe/demo_people.hpp"
#include "tools/sihe/demo_story.hpp"
#include "workflows/issue/deadlines.hpp"

namespace tools::demo {

class Telling {
 public:
  // `rules`: by which the log's owner sets deadlines; nullptr: the story sets all that it needs.
  Telling(std::uint64_t seed, std::size_t index, const Outline& outline,
          const workflows::issue::DeadlineRules* rules);

  const Case& matter() const { return case_; }
  void take_matter(const Case& other);
  Story finish() { return std::move(story_); }

  // Time passes: at least `from`, at most `to` hours; then it is an office hour, or any time of
  // the day for residents.
  Telling& after(int from, int to);
  Telling& sometime(int from_days, int to_days);
  void start(engine::Instant first_day, int days);
  void start_after(const Telling& other) { now_ = other.now_; }

  // The acts. Each is one command.
  Telling& report();
  Telling& accept();
  Telling& deadline(int days);  // to solve it; told only where the rules would set another
  Telling& claim();
  Telling& release();
  Telling& call_consultation();
  Telling& hold_consultation(std::string_view conclusion);
  Telling& hand_over(std::string_view department, std::string_view note = {});
  Telling& sign();
  Telling& give_back(std::string_view reason, std::string_view ground);
  Telling& call_negotiation();
  Telling& hold_negotiation(std::string_view conclusion);
  Telling& progress(std::string_view text = {});
  Telling& resolve(std::string_view outcome = "solved", std::string_view reply = {});
  Telling& follow_up(bool reached, bool solved, int satisfaction, std::string_view text = {});
  Telling& close();
  Telling& happy_end();           // followed up, closed; now and then only the first
  Telling& warned();              // a day before the solve deadline
  Telling& missed();              // it passes
  Telling& extend(int weekdays);  // asks for it; who grants it calls granted()
  Telling& granted();
  Telling& reassign(std::string_view department);
  // Any other command of the supervisor, the one who has it in hand, or the resident.
  Telling& supervisor_does(std::string_view verb, engine::schema::Object body);
  Telling& holder_does(std::string_view verb, engine::schema::Object body);
  Telling& resident_does(std::string_view verb, engine::schema::Object body);
  // The same with the number of the other issue in a member of the body.
  Telling& merge(std::string_view verb, std::string member, std::string_view reason);

  Chance& chance() { return chance_; }
  std::string_view department() const { return department_; }
  const Community& community() const { return *community_; }
  engine::Instant now() const { return now_; }
  // Where the acceptance stands among the issue's facts: deadlines of the report lie before it.
  int accepted_version() const;
  std::string_view other_department();

 private:
  Telling& act(std::string_view verb, engine::schema::Object body, std::string actor,
               std::string on_behalf_of = {});
  std::string holder() const;
  std::string liaison() const;
  engine::Instant days_after(engine::Instant t, int days) const;
  bool emergency() const { return case_.situation->category == "safety"; }

  const workflows::issue::DeadlineRules* rules_;
  Chance chance_;
  const Community* community_;
  int turn_;
  Case case_;
  Resident resident_;
  std::string channel_;
  bool known_ = true;        // the resident gave his name
  bool in_village_ = false;  // the village has it in hand, not a department
  std::string department_;   // the one that it belongs to
  engine::Instant now_{};
  engine::Instant due_{};
  engine::Instant asked_until_{};
  Story story_;
};

std::string as_time(engine::Instant t);  // for a body

}  // namespace tools::demo
