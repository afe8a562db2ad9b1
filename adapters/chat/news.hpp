// News of an issue to who reported it: which facts are told, and in which words. Pure; the words
// are made when a message leaves, from what the log and the key store say then, so that nobody is
// told anything after his data was erased.
//
// Told is who reported by a chat, in the chat he reported by. The outbox knows him by the keyed
// hash of his account.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/chat/message.hpp"
#include "engine/log/record.hpp"
#include "engine/outbox/courier.hpp"
#include "workflows/issue/timeline.hpp"

namespace adapters::chat {

// Of what staff wrote: with the words around it no more than WeCom takes in one message.
constexpr std::size_t quoted_bytes_max = 1'400;

// What the fact has to be told, if the issue came in by one of these channels ("qq", "wecom",
// "wechat"). A message of kind "follow_up" asks whether the problem is solved.
std::vector<engine::outbox::Draft> news_of(const engine::log::RecordView& record,
                                           const std::vector<std::string>& channels);

// The name of a department by its code; "": nobody knows it.
using DepartmentName = std::function<std::string(std::string_view code)>;

struct News {
  Outgoing message;  // its text is "" where there is nothing to say
  std::string why;   // why there is nothing to say: a sentence for the operator
};
// The words of a message of that kind that the fact at `cause` asks for. `timeline`: the issue's,
// as it stands now. Requires: the timeline has a step at `cause`.
News news_text(std::string_view kind, engine::Position cause, std::string_view channel,
               const workflows::issue::Timeline& timeline, const DepartmentName& department,
               int offset_minutes);

}  // namespace adapters::chat
