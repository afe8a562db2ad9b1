// One request on its way with libcurl. Internal to adapters/client.
#pragma once

#include <memory>
#include <string>

#include <curl/curl.h>

#include "adapters/client/client.hpp"

namespace adapters::client {

// Nothing if the request can be made; else why not.
std::string flaw_of(const Request& request);

class Transfer {
 public:
  Transfer(Request request, Done done, const Options& options);

  // nullptr: libcurl gave none.
  CURL* handle() const { return easy_.get(); }

  // What came of it; `code`: libcurl's result.
  Outcome outcome(CURLcode code);
  // It was given up.
  Outcome given_up(const std::string& why);

  Done done;

 private:
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);
  void prepare(const Options& options);
  Left left() const;

  struct EndEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct EndList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  const Request request_;
  std::unique_ptr<curl_slist, EndList> headers_;
  std::unique_ptr<CURL, EndEasy> easy_;
  char error_[CURL_ERROR_SIZE] = "";
  Answer answer_;
  std::size_t header_bytes_ = 0;
};

}  // namespace adapters::client
