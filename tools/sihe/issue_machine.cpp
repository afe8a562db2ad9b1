#include "tools/sihe/issue_machine.hpp"

#include <cstdio>
#include <memory>

#include "tools/sihe/command.hpp"
#include "workflows/issue/issue.hpp"

namespace tools {
namespace {

struct Options {
  bool mermaid = false;
  bool matrix = false;
  bool text = false;
};

void run(const Options& options) {
  using namespace workflows::issue;
  const std::string shown = options.mermaid  ? machine_mermaid()
                            : options.matrix ? machine_matrix()
                                             : machine_text();
  std::fputs(shown.c_str(), stdout);
}

}  // namespace

void add_issue_machine(CLI::App& issue) {
  auto options = std::make_shared<Options>();
  CLI::App* command = issue.add_subcommand(
      "machine", "Print the table that decides what may be done with an issue.");
  auto* form = command->add_option_group("form", "How to print it");
  form->add_flag("--mermaid", options->mermaid, "As a Mermaid state diagram");
  form->add_flag("--matrix", options->matrix, "As a matrix in Markdown: command × stage");
  form->add_flag("--text", options->text,
                 "One row a line, whose SHA-256 is the digest that every record carries");
  form->require_option(1);
  command->callback([options] { run(*options); });
}

}  // namespace tools
