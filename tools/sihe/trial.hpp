// A data folder to try things on: it knows what the real one's directory and log know, decides and
// records like it, and forgets everything at its end. The real folder is only read.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"
#include "tools/sihe/data_folder.hpp"

namespace tools {

class Trial {
 public:
  // A folder that is not there yet is an empty one. Errors: those of Reading::open, and invalid if
  // the directory cannot be copied.
  static engine::Result<std::unique_ptr<Trial>> open(
      const std::filesystem::path& root,
      std::shared_ptr<const workflows::issue::DeadlineRules> rules = nullptr);
  ~Trial();

  engine::writer::Writer& writer() { return *writer_; }
  const workflows::directory::DirectoryWorkflow& directory() const { return *directory_; }
  // Whether the real log has taken in this submission.
  bool known(std::string_view source, std::string_view id) const;

 private:
  Trial();
  engine::Result<void> copy_directory();

  std::unique_ptr<Reading> real_;  // null: there is none yet
  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory_;
  std::unique_ptr<engine::writer::Workflow> issue_;
  std::unique_ptr<engine::writer::Writer> writer_;
};

}  // namespace tools
