// heddle completion: scripts that teach a shell the subcommands and options.
#include "runtime/cli/completion.h"

#include <ostream>

#include "runtime/cli/commands.h"

namespace heddle::cli {
namespace {

class CompletionCommand : public Command {
 public:
  std::string name() const override { return "completion"; }
  std::string summary() const override { return "Print a completion script for a shell"; }
  std::vector<OptionSpec> options() override {
    return {{"SHELL", &shell_, "The shell", "", {"bash", "zsh", "fish"}, Complete::kNothing, true}};
  }

  Result<int> run(Environment& environment) override {
    const CommandList commands = make_commands();
    if (shell_ == "bash") environment.out << bash_completion(commands);
    if (shell_ == "zsh") environment.out << zsh_completion(commands);
    if (shell_ == "fish") environment.out << fish_completion(commands);
    return 0;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() { return std::make_unique<CompletionCommand>(); }

}  // namespace heddle::cli
