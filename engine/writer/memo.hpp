// What a submission leaves behind under its dedup key: enough to give the first answer again, and
// to tell its repeat from another submission under the same id.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/keys/vault.hpp"
#include "engine/writer/command.hpp"

namespace engine::writer {

// Keyed by the key store's secret, so that nobody without it can try words against it.
using Fingerprint = std::array<std::uint8_t, 16>;

// Of what is asked: workflows, verbs, streams, times, bodies and words. Not of the actor, not of
// consequences, and not of the version that was expected: who repeats may have read again in
// between.
Fingerprint fingerprint(const Submission& submission, const keys::Vault& vault);

struct Memo {
  Fingerprint asked{};
  Recorded answer;
};

// asked 16 ‖ first u64 ‖ last u64 ‖ workflow u8 ‖ number u64 ‖ version u32 ‖ stage u8, big-endian.
std::string encode_memo(const Memo& memo);
// corrupt: not what encode_memo() gives.
Result<Memo> decode_memo(std::string_view bytes);

}  // namespace engine::writer
