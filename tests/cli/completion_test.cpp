// The generated scripts are run by the shell they are for.
#include <array>
#include <cstdio>
#include <fstream>

#include "compiler/base/files.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

using testing::HasSubstr;

std::string shell(const std::string& command) {
  FILE* stream = ::popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), stream) != nullptr) text += buffer.data();
  ::pclose(stream);
  return text;
}

/// What bash offers after `words`, the last of which is being typed.
std::string bash_offers(const std::string& words) {
  const std::string script = testing::TempDir() + "heddle_completion.bash";
  EXPECT_THAT(write_file(script, run_heddle({"completion", "bash"}).out), IsOk());
  return shell("bash -c 'source " + script + "; COMP_WORDS=(" + words +
               "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _heddle; echo \"${COMPREPLY[@]}\"'");
}

TEST(Completion_Bash, OffersSubcommands) { EXPECT_EQ(bash_offers("heddle sch"), "schema\n"); }

TEST(Completion_Bash, OffersOptionsOfTheSubcommand) { EXPECT_EQ(bash_offers("heddle doctor --fo"), "--format\n"); }

TEST(Completion_Bash, OffersChoicesOfAnOption) {
  EXPECT_EQ(bash_offers("heddle doctor --format \"\""), "text json\n");
  EXPECT_EQ(bash_offers("heddle completion z"), "zsh\n");
}

TEST(Completion_Scripts, NameEverySubcommand) {
  for (const char* name : {"bash", "zsh", "fish"}) {
    const std::string script = run_heddle({"completion", name}).out;
    for (const char* command : {"schema", "doctor", "completion"}) EXPECT_THAT(script, HasSubstr(command)) << name;
  }
}

}  // namespace
}  // namespace heddle::cli
