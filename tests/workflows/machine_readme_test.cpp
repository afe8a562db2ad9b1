// The room's README shows the table as the program prints it.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/places.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/meeting.hpp"

namespace {

std::string readme() {
  return support::contents(support::source_folder() / "workflows" / "README.md");
}

TEST(MachineReadme, ShowsTheDiagramThatTheTableDraws) {
  const std::string block = "```mermaid\n" + workflows::issue::machine_mermaid() + "```\n";
  EXPECT_NE(readme().find(block), std::string::npos)
      << "put the output of `sihe issue machine --mermaid` into workflows/README.md";
}

TEST(MachineReadme, ShowsTheMatrixOfTheTable) {
  EXPECT_NE(readme().find("\n" + workflows::issue::machine_matrix()), std::string::npos)
      << "put the output of `sihe issue machine --matrix` into workflows/README.md";
}

TEST(MachineReadme, ShowsTheTableOfMeetings) {
  EXPECT_NE(readme().find("```mermaid\n" + workflows::meeting::machine_mermaid() + "```\n"),
            std::string::npos)
      << "put the output of `sihe meeting machine --mermaid` into workflows/README.md";
  EXPECT_NE(readme().find("\n" + workflows::meeting::machine_matrix()), std::string::npos)
      << "put the output of `sihe meeting machine --matrix` into workflows/README.md";
}

TEST(MachineReadme, ShowsTheTableOfLetters) {
  EXPECT_NE(readme().find("```mermaid\n" + workflows::intake::machine_mermaid() + "```\n"),
            std::string::npos)
      << "put the output of `sihe intake machine --mermaid` into workflows/README.md";
  EXPECT_NE(readme().find("\n" + workflows::intake::machine_matrix()), std::string::npos)
      << "put the output of `sihe intake machine --matrix` into workflows/README.md";
}

}  // namespace
