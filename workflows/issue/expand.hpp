// Makes single rows of those rows of the table that name several states or commands, at compile
// time.
// Internal to workflows/issue.
#pragma once

#include "workflows/issue/table.hpp"

namespace workflows::issue::table {

template <class... Lists>
struct Joined;
template <>
struct Joined<> {
  using type = Rows<>;
};
template <class... A>
struct Joined<Rows<A...>> {
  using type = Rows<A...>;
};
template <class... A, class... B, class... More>
struct Joined<Rows<A...>, Rows<B...>, More...> {
  using type = typename Joined<Rows<A..., B...>, More...>::type;
};

// A choice before what else must hold.
template <class Choice, class OnlyIf>
struct Also {
  using type = all<Choice, OnlyIf>;
};
template <class Choice>
struct Also<Choice, always> {
  using type = Choice;
};
template <class Choice, class... More>
struct Also<Choice, all<More...>> {
  using type = all<Choice, More...>;
};

template <class R>
struct Spread {
  using type = Rows<R>;
};
template <class... From, class E, class T, class A, class C>
struct Spread<Row<any_of<From...>, E, T, A, C>> {
  using type = typename Joined<typename Spread<Row<From, E, T, A, C>>::type...>::type;
};
template <fb::Supervision from, class... E, class T, class A, class C>
struct Spread<Row<Clock<from>, any_of<E...>, T, A, C>> {
  using type = Rows<Row<Clock<from>, E, T, A, C>...>;
};
template <fb::Stage from, class E, template <fb::Stage> class Was, fb::Stage... to, class A,
          class C>
struct Spread<Row<At<from>, E, back<Was, any_of<At<to>...>>, A, C>> {
  using type = Rows<Row<At<from>, E, At<to>, A, typename Also<Was<to>, C>::type>...>;
};

template <class Table>
struct SpreadAll;
template <class... R>
struct SpreadAll<Rows<R...>> {
  using type = typename Joined<typename Spread<R>::type...>::type;
};

using LifeRows = typename SpreadAll<Life>::type;
using SupervisionRows = typename SpreadAll<Supervision>::type;

}  // namespace workflows::issue::table
