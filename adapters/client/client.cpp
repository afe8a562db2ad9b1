#include "adapters/client/client.hpp"

#include <algorithm>
#include <cctype>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "adapters/client/transfer.hpp"
#include "engine/core/background.hpp"

namespace adapters::client {

namespace {

constexpr int poll_wait_ms = 1'000;         // while something is under way
constexpr int idle_poll_wait_ms = 600'000;  // what is asked for wakes it
constexpr const char* stopped = "the program ends";

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

std::optional<std::string_view> Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return std::nullopt;
}

struct Client::Impl {
  struct Waiting {
    Request request;
    Done done;
  };
  struct EndMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  explicit Impl(Options chosen) : options(std::move(chosen)), multi(curl_multi_init()) {}

  void run();
  void begin_waiting();
  void end_ready();
  void give_up_all();

  const Options options;
  const std::unique_ptr<CURLM, EndMulti> multi;
  std::mutex mutex;  // of the three below
  std::deque<Waiting> waiting;
  std::size_t taken = 0;  // waiting and running
  bool stop = false;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> running;  // of the client's thread
  std::mutex joining;
  std::thread thread;
};

void Client::Impl::run() {
  engine::name_thread("http-client");
  while (true) {
    {
      const std::lock_guard lock(mutex);
      if (stop) break;
    }
    begin_waiting();
    int still = 0;
    curl_multi_perform(multi.get(), &still);
    end_ready();
    bool more = false;
    {
      const std::lock_guard lock(mutex);
      more = stop || (!waiting.empty() && running.size() < running_max);
    }
    const int wait_ms = running.empty() ? idle_poll_wait_ms : poll_wait_ms;
    if (!more) curl_multi_poll(multi.get(), nullptr, 0, wait_ms, nullptr);
  }
  give_up_all();
}

void Client::Impl::begin_waiting() {
  while (running.size() < running_max) {
    std::unique_lock lock(mutex);
    if (waiting.empty()) return;
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    auto transfer =
        std::make_unique<Transfer>(std::move(next.request), std::move(next.done), options);
    CURL* easy = transfer->handle();
    if (easy == nullptr || curl_multi_add_handle(multi.get(), easy) != CURLM_OK) {
      lock.lock();
      --taken;
      lock.unlock();
      transfer->done(Failed{Left::no, "libcurl takes no request: out of memory"});
      continue;
    }
    running.emplace(easy, std::move(transfer));
  }
}

void Client::Impl::end_ready() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = running.find(easy);
    const auto transfer = std::move(found->second);
    running.erase(found);
    Outcome outcome = transfer->outcome(code);
    curl_multi_remove_handle(multi.get(), easy);
    {
      const std::lock_guard lock(mutex);
      --taken;
    }
    transfer->done(std::move(outcome));
  }
}

void Client::Impl::give_up_all() {
  for (auto& [easy, transfer] : running) {
    Outcome outcome = transfer->given_up(stopped);
    curl_multi_remove_handle(multi.get(), easy);
    transfer->done(std::move(outcome));
  }
  running.clear();
  std::deque<Waiting> never_begun;
  {
    const std::lock_guard lock(mutex);
    never_begun.swap(waiting);
    taken = 0;
  }
  for (Waiting& each : never_begun) each.done(Failed{Left::no, stopped});
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Client::~Client() { stop(); }

engine::Result<std::unique_ptr<Client>> Client::start(Options options) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto impl = std::make_unique<Impl>(std::move(options));
  if (global != CURLE_OK || impl->multi == nullptr) {
    return engine::Error{engine::Fault::storage, "libcurl cannot be started"};
  }
  curl_multi_setopt(impl->multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS,
                    static_cast<long>(connections_per_host_max));
  curl_multi_setopt(impl->multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(running_max));
  Impl* self = impl.get();
  impl->thread = std::thread([self] { self->run(); });
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

void Client::ask(Request request, Done done) {
  std::string why = flaw_of(request);
  if (why.empty()) {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stop) {
      why = stopped;
    } else if (impl_->taken >= queue_max) {
      why = "too many requests are under way";
    } else {
      ++impl_->taken;
      impl_->waiting.push_back({std::move(request), std::move(done)});
    }
  }
  if (why.empty()) {
    curl_multi_wakeup(impl_->multi.get());
  } else {
    done(Failed{Left::no, std::move(why)});
  }
}

void Client::post(Request request, Done done) {
  request.method = "POST";
  ask(std::move(request), std::move(done));
}

void Client::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
  }
  curl_multi_wakeup(impl_->multi.get());
  const std::lock_guard lock(impl_->joining);
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace adapters::client
