// The table by which an issue is decided: the specification. Two regions go side by side: the
// issue's life, and how its deadline stands. What has no row is refused.
// Internal to workflows/issue; decide.cpp makes the machine of it, table_text.cpp prints it.
#pragma once

#include "workflows/issue/asked.hpp"
#include "workflows/issue/conditions.hpp"

// clang-format off
namespace workflows::issue::table {

using namespace when;

// --- the words ----------------------------------------------------------------------------------

template <fb::Stage stage> struct At {};
using None        = At<fb::Stage::none>;
using Reported    = At<fb::Stage::reported>;
using Accepted    = At<fb::Stage::accepted>;
using Local       = At<fb::Stage::local>;
using Consulting  = At<fb::Stage::consulting>;
using HandedOver  = At<fb::Stage::handed_over>;
using Handling    = At<fb::Stage::handling>;
using Negotiating = At<fb::Stage::negotiating>;
using Paused      = At<fb::Stage::paused>;
using Resolved    = At<fb::Stage::resolved>;
using Closed      = At<fb::Stage::closed>;
using Declined    = At<fb::Stage::declined>;
using Withdrawn   = At<fb::Stage::withdrawn>;
using Merged      = At<fb::Stage::merged>;

template <fb::Supervision state> struct Clock {};
using OnTime  = Clock<fb::Supervision::on_time>;
using Warned  = Clock<fb::Supervision::warned>;
using Overdue = Clock<fb::Supervision::overdue>;

// A row for each of them, be they states or what is asked.
template <class... Each> struct any_of {};
using holder    = any_of<Accepted, Local, HandedOver, Handling>;
using desk      = any_of<HandedOver, Handling>;
using doer      = any_of<Accepted, Local, Handling>;
using in_meeting = any_of<Consulting, Negotiating>;
using any_work  = any_of<Accepted, Local, Consulting, HandedOver, Handling, Negotiating>;
using any_open  = any_of<Reported, Accepted, Local, Consulting, HandedOver, Handling, Negotiating,
                         Paused>;
using not_ended = any_of<Reported, Accepted, Local, Consulting, HandedOver, Handling, Negotiating,
                         Paused, Resolved>;
using anywhere  = any_of<Reported, Accepted, Local, Consulting, HandedOver, Handling, Negotiating,
                         Paused, Resolved, Closed, Declined, Withdrawn, Merged>;
using any_clock = any_of<OnTime, Warned, Overdue>;
using late      = any_of<Warned, Overdue>;
using not_late  = any_of<OnTime, Warned>;
// What is asked here ends a clock, or sets it anew.
using settling  = any_of<Accept, Decline, HoldConsultation, HoldNegotiation, HandOver, Sign, Return,
                         Reassign, GrantExtension, Resolve, FollowUp, Rework, Close, Withdraw,
                         Merge, SetDeadline>;

// Nothing changes but what the fact itself says.
struct stays {};
// Back to where it was: a row for each of these stages, each with its condition.
template <template <fb::Stage> class Was, class Stages> struct back {};
using before_pause  = back<paused_in, any_work>;
using before_merge  = back<merged_in, any_open>;
using before_call   = back<called_from, holder>;
using where_it_was  = back<worked_in, doer>;

template <class Fact> struct record {};
// One level up, by that rule.
template <class Rule> struct escalate {};
template <class... Actions> struct then {};
// The row in the other region records it.
struct nothing {};

using rises_by_return = then<record<fb::Returned>, escalate<third_return>>;
using rises_by_rework = then<record<fb::Reworked>, escalate<third_rework>>;

using accepts       = concludes<fb::Conclusion::accept>;
using hands_over    = all<concludes<fb::Conclusion::hand_over>, department_named>;
using negotiates    = concludes<fb::Conclusion::negotiate>;
using localises     = all<concludes<fb::Conclusion::local>, taker_named>;
using resolves      = all<concludes<fb::Conclusion::resolve>, outcome_given>;
using goes_on       = concludes<fb::Conclusion::go_on>;
using with_ground   = all<reason_given, ground_given>;
using patient       = all<unless<third_return>, reason_given, ground_given>;
using not_third     = unless<third_rework>;
using third_time    = all<third_return, reason_given, ground_given>;
using extendable    = all<none_pending, before_deadline, later_than_due>;
using grantable     = all<one_pending, later_than_due>;
using consistent    = all<reached_said, solved_if_reached, satisfaction_in_range, rated_if_reached>;
using merge_asked   = all<into_another, only_into>;
using unmerge_asked = all<from_that_one, only_from>;
using points_right  = all<version_there, field_known, code_fits>;
using follow_up_due = all<for_follow_up, due_given>;
using escalates     = all<going_on, upwards>;
using near          = all<ticking, due_in_force, due_ahead, not_warned>;
using passed        = all<ticking, due_in_force, due_passed, not_missed>;

template <class From, class Asked, class To, class Record, class OnlyIf> struct Row {};
template <class... R> struct Rows {};

// --- the life of an issue -----------------------------------------------------------------------

using Life = Rows<
//   from         asked to          to            and record                     only if
Row< None,        Report,           Reported,     record<fb::Reported>,          always         >,

Row< Reported,    Accept,           Accepted,     record<fb::Accepted>,          always         >,
Row< Reported,    Decline,          Declined,     record<fb::Declined>,          with_ground    >,

Row< Accepted,    Claim,            Local,        record<fb::Claimed>,           always         >,
Row< Local,       Release,          Accepted,     record<fb::Released>,          always         >,

Row< holder,      CallConsultation, Consulting,   record<fb::ConsultationCalled>,always         >,
Row< Consulting,  HoldConsultation, Accepted,     record<fb::ConsultationHeld>,  accepts        >,
Row< Consulting,  HoldConsultation, HandedOver,   record<fb::ConsultationHeld>,  hands_over     >,
Row< Consulting,  HoldConsultation, Negotiating,  record<fb::ConsultationHeld>,  negotiates     >,
Row< Consulting,  HoldConsultation, Local,        record<fb::ConsultationHeld>,  localises      >,
Row< Consulting,  HoldConsultation, Resolved,     record<fb::ConsultationHeld>,  resolves       >,

Row< doer,        CallNegotiation,  Negotiating,  record<fb::NegotiationCalled>, always         >,
Row< Negotiating, HoldNegotiation,  before_call,  record<fb::NegotiationHeld>,   goes_on        >,
Row< Negotiating, HoldNegotiation,  Accepted,     record<fb::NegotiationHeld>,   accepts        >,
Row< Negotiating, HoldNegotiation,  HandedOver,   record<fb::NegotiationHeld>,   hands_over     >,
Row< Negotiating, HoldNegotiation,  Local,        record<fb::NegotiationHeld>,   localises      >,
Row< Negotiating, HoldNegotiation,  Resolved,     record<fb::NegotiationHeld>,   resolves       >,
// A consultation may have sent it here before anybody named a day.
Row< Negotiating, CallNegotiation,  stays,        record<fb::NegotiationCalled>, always         >,
Row< in_meeting,  CallOff,          before_call,  record<fb::MeetingCalledOff>,  always         >,

Row< Accepted,    HandOver,         HandedOver,   record<fb::HandedOver>,        always         >,
Row< Local,       HandOver,         HandedOver,   record<fb::HandedOver>,        always         >,
Row< HandedOver,  Sign,             Handling,     record<fb::Signed>,            always         >,
Row< desk,        Return,           Accepted,     record<fb::Returned>,          patient        >,
Row< desk,        Return,           Accepted,     rises_by_return,               third_time     >,
Row< desk,        Reassign,         HandedOver,   record<fb::Reassigned>,        always         >,
Row< desk,        AddCoUnit,        stays,        record<fb::CoUnitAdded>,       always         >,

Row< any_work,    RequestExtension, stays,        record<fb::ExtensionRequested>,extendable     >,
Row< any_work,    GrantExtension,   stays,        record<fb::ExtensionGranted>,  grantable      >,
Row< any_work,    RefuseExtension,  stays,        record<fb::ExtensionRefused>,  one_pending    >,

Row< any_work,    Pause,            Paused,       record<fb::Paused>,            always         >,
Row< Paused,      Resume,           before_pause, record<fb::Resumed>,           always         >,

Row< doer,        Resolve,          Resolved,     record<fb::Resolved>,          outcome_given  >,
Row< Resolved,    FollowUp,         stays,        record<fb::FollowedUp>,        consistent     >,
Row< Resolved,    Rework,           where_it_was, record<fb::Reworked>,          not_third      >,
Row< Resolved,    Rework,           where_it_was, rises_by_rework,               third_rework   >,
Row< Resolved,    Close,            Closed,       record<fb::Closed>,            always         >,
Row< Closed,      Reopen,           Accepted,     record<fb::Reopened>,          always         >,

Row< any_open,    Withdraw,         Withdrawn,    record<fb::Withdrawn>,         always         >,
Row< any_open,    Merge,            Merged,       record<fb::Merged>,            merge_asked    >,
Row< not_ended,   Absorb,           stays,        record<fb::Merged>,            always         >,
Row< Merged,      Unmerge,          before_merge, record<fb::Unmerged>,          unmerge_asked  >,
Row< anywhere,    LetGo,            stays,        record<fb::Unmerged>,          always         >,

Row< not_ended,   Supplement,       stays,        record<fb::Supplemented>,      always         >,
Row< any_open,    NoteProgress,     stays,        record<fb::ProgressNoted>,     always         >,
Row< any_open,    SetDeadline,      stays,        record<fb::DeadlineSet>,       due_given      >,
Row< Resolved,    SetDeadline,      stays,        record<fb::DeadlineSet>,       follow_up_due  >,
Row< anywhere,    Correct,          stays,        record<fb::Corrected>,         points_right   >
>;

// --- how its deadlines stand, the worst of them, and who presses --------------------------------

using Supervision = Rows<
//   from         asked to          to            and record                     only if
Row< any_clock,   Urge,             stays,        record<fb::Urged>,             going_on       >,
Row< any_clock,   Supervise,        stays,        record<fb::Supervised>,        going_on       >,
Row< any_clock,   Escalate,         stays,        record<fb::Escalated>,         escalates      >,
Row< OnTime,      Warn,             Warned,       record<fb::Warned>,            near           >,
Row< late,        Warn,             stays,        record<fb::Warned>,            near           >,
Row< not_late,    MissDeadline,     Overdue,      record<fb::DeadlineMissed>,    passed         >,
Row< Overdue,     MissDeadline,     stays,        record<fb::DeadlineMissed>,    passed         >,
Row< late,        settling,         OnTime,       nothing,                       none_late      >,
Row< Overdue,     settling,         Warned,       nothing,                       one_warned     >
>;

}  // namespace workflows::issue::table
// clang-format on
