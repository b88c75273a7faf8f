#include "runtime/cli/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "compiler/base/check.h"
#include "runtime/cli/console.h"
#include "runtime/cli/tools.h"

namespace heddle::cli {
namespace {

bool wants_json(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--format=json") return true;
    if (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json") return true;
  }
  return false;
}

/// Errors go to the log; with --format=json also to the output, so that a program reads one object in every case.
int report_error(const Error& error, bool json, const Process& process) {
  process.err << to_string(error) << std::endl;
  const int status = exit_status(error.code);
  if (json) process.out << dump_json(error_json(error, status));
  return status;
}

int report_internal(const std::string& what, const Process& process) {
  process.err << what
              << "\nThis is a defect of heddle, not of your input. Please report it with the command and its files."
              << std::endl;
  return 3;
}

Context make_context(const GlobalOptions& options, const Process& process, Console& console) {
  Context context;
  context.cancel = process.interrupted;
  context.seed = static_cast<std::uint64_t>(options.seed);
  context.jobs = static_cast<int>(options.jobs > 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency()));
  context.log = [&console](LogLevel level, const std::string& message) { console.log(level, message); };
  context.progress = [&console](const std::string& what, std::int64_t done, std::int64_t total) {
    console.progress(what, done, total);
  };
  return context;
}

bool use_color(const GlobalOptions& options, const Process& process) {
  if (options.color != "auto") return options.color == "always";
  return process.out_is_terminal && !process.no_color;
}

/// An interrupted command may fail in many ways; to the user it was interrupted.
int finish(const Result<int>& outcome, bool json, const Process& process) {
  const bool interrupted = process.interrupted != nullptr && process.interrupted->load();
  if (!outcome) {
    Error error = outcome.error();
    if (interrupted && error.code != ErrorCode::kInterrupted) error = {ErrorCode::kInterrupted, "interrupted"};
    return report_error(error, json, process);
  }
  process.out.flush();
  if (!process.out) return report_error({ErrorCode::kIo, "cannot write to standard output"}, false, process);
  return *outcome;
}

int run_command(Command& command, const GlobalOptions& options, const Process& process) {
  const bool json = options.format == "json";
  auto data = find_data_files(process.executable, process.heddle_data);
  if (!data) return report_error(data.error(), json, process);
  Console console(process.err, console_mode(options.progress, process.err_is_terminal),
                  log_level(options.verbose, options.quiet));
  Environment environment{
      process.out, process.err,  json, use_color(options, process), make_context(options, process, console),
      *data,       process.cache};
  const Result<int> outcome = command.run(environment);
  console.clear();
  return finish(outcome, json, process);
}

}  // namespace

std::vector<OptionSpec> global_option_specs(GlobalOptions& options) {
  return {
      {"--format", &options.format, "Form of the output", "", {"text", "json"}},
      {"--progress", &options.progress, "How progress is shown on standard error", "", {"auto", "plain", "none"}},
      {"--color", &options.color, "Colours in the output; auto also heeds NO_COLOR", "", {"auto", "always", "never"}},
      {"-j,--jobs", &options.jobs, "Threads and parallel jobs; 0 = all cores", "N"},
      {"--seed", &options.seed, "Seed of everything random (default 1)", "S"},
      {"-v,--verbose", &options.verbose, "Log more"},
      {"-q,--quiet", &options.quiet, "Log warnings only"},
  };
}

int run(const std::vector<std::string>& arguments, const Process& process, const CommandList& commands) {
  const bool json = wants_json(arguments);
  try {
    GlobalOptions options;
    const auto parsed = parse(arguments, commands, options);
    if (!parsed) return report_error(parsed.error(), json, process);
    if (!parsed->help.empty()) {
      process.out << parsed->help;
      return arguments.empty() ? 2 : 0;
    }
    if (parsed->version) {
      process.out << version_text();
      return 0;
    }
    if (options.jobs < 0)
      return report_error(
          {ErrorCode::kBadInput, fmt::format("--jobs: {} is below 0", options.jobs), {}, {}, "0 takes all cores"}, json,
          process);
    return run_command(*parsed->command, options, process);
  } catch (const InternalError& error) {
    return report_internal(error.what(), process);
  } catch (const std::bad_alloc&) {
    return report_error({ErrorCode::kIo, "out of memory"}, json, process);
  } catch (const std::exception& error) {
    return report_internal(fmt::format("internal error: {}", error.what()), process);
  }
}

}  // namespace heddle::cli
