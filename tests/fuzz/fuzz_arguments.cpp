// The command line: one argument a line. Never a crash; a refusal says why; what is accepted names a command or help.
#include "runtime/cli/app.h"
#include "runtime/cli/commands.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  std::vector<std::string> arguments;
  std::string_view text = fuzz::text_of(data, size);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    // The system ends an argument at its first 0.
    const std::string_view argument = text.substr(0, end);
    arguments.emplace_back(argument.substr(0, argument.find('\0')));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const cli::CommandList commands = cli::make_commands();
  cli::GlobalOptions options;
  const auto parsed = cli::parse(arguments, commands, options);
  if (!parsed) {
    fuzz::check_refusal(parsed.error());
    fuzz::require(exit_status(parsed.error().code) == 2, "a wrong argument is not bad input");
    return 0;
  }
  fuzz::require(parsed->command != nullptr || parsed->version || !parsed->help.empty(), "nothing to do");
  return 0;
}
