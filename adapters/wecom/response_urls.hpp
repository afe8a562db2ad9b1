// Where an intelligent robot may answer once later: each message to it carries such an address,
// good for an hour (developer.work.weixin.qq.com, document 101138). Only addresses of WeCom's own
// API are kept, so that nobody makes this program call another.
//
// Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/core/time.hpp"

namespace adapters::wecom {

constexpr std::chrono::minutes response_url_for{55};
constexpr std::size_t response_urls_max = 10'000;
constexpr std::size_t response_url_bytes_max = 2'048;

class ResponseUrls {
 public:
  explicit ResponseUrls(std::string api_url) : prefix_(std::move(api_url) + "/") {}

  void keep(const std::string& group, const std::string& account, const std::string& url,
            engine::Instant now) {
    if (!url.starts_with(prefix_) || url.size() > response_url_bytes_max) return;
    const std::lock_guard lock(mutex_);
    while (!by_age_.empty() && (by_age_.size() >= response_urls_max ||
                                by_age_.front().first + response_url_for < now)) {
      const auto found = urls_.find(by_age_.front().second);
      if (found != urls_.end() && found->second.second == by_age_.front().first) urls_.erase(found);
      by_age_.pop_front();
    }
    std::string key = group + "\n" + account;
    by_age_.emplace_back(now, key);
    urls_.insert_or_assign(std::move(key), std::pair(url, now));
  }

  // The address, which is used up with it; "" if there is none that is good.
  std::string take(const std::string& group, const std::string& account, engine::Instant now) {
    const std::lock_guard lock(mutex_);
    const auto found = urls_.find(group + "\n" + account);
    if (found == urls_.end()) return {};
    const auto [url, since] = std::move(found->second);
    urls_.erase(found);
    return since + response_url_for < now ? std::string() : url;
  }

 private:
  const std::string prefix_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::pair<std::string, engine::Instant>> urls_;
  std::deque<std::pair<engine::Instant, std::string>> by_age_;
};

}  // namespace adapters::wecom
