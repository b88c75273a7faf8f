// The one place that includes CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/base/files.h"
#include "runtime/cli/app.h"

namespace heddle::cli {

std::vector<std::string> split_names(const std::string& names) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= names.size()) {
    const std::size_t comma = std::min(names.find(',', start), names.size());
    parts.push_back(names.substr(start, comma - start));
    start = comma + 1;
  }
  return parts;
}

namespace {

std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest);
}

CLI::Option* bind(CLI::App& app, const OptionSpec& spec) {
  return std::visit(
      [&](auto* target) -> CLI::Option* {
        using Type = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_same_v<Type, bool>) {
          return app.add_flag(spec.names, *target, spec.help);
        } else {
          CLI::Option* option = app.add_option(spec.names, *target, spec.help);
          if constexpr (std::is_same_v<Type, std::vector<std::string>>) option->expected(1)->take_all();
          return option;
        }
      },
      spec.target);
}

void add(CLI::App& app, const OptionSpec& spec, const std::string& group) {
  CLI::Option* option = bind(app, spec);
  if (spec.required) option->required();
  if (!group.empty()) option->group(group);
  if (!spec.metavar.empty()) option->type_name(spec.metavar);
  if (spec.choices.empty()) return;
  if (spec.metavar.empty()) option->type_name(fmt::format("{}", fmt::join(spec.choices, "|")));
  option->check([spec](const std::string& value) -> std::string {
    if (std::find(spec.choices.begin(), spec.choices.end(), value) != spec.choices.end()) return {};
    const std::string hint = did_you_mean(value, spec.choices);
    return fmt::format("'{}' is not one of {}{}", value, fmt::join(spec.choices, ", "),
                       hint.empty() ? "" : "; " + hint);
  });
}

std::vector<std::string> option_names(const std::vector<OptionSpec>& specs) {
  std::vector<std::string> names{"--help"};
  for (const OptionSpec& spec : specs) {
    for (const std::string& name : split_names(spec.names)) {
      if (name.rfind("--", 0) == 0) names.push_back(name);
    }
  }
  return names;
}

/// The first argument that is no option names the subcommand. Null if there is none.
Result<Command*> find_command(const std::vector<std::string>& arguments, const CommandList& commands) {
  std::vector<std::string> names;
  for (const std::string& argument : arguments) {
    if (argument.rfind('-', 0) == 0) continue;
    for (const auto& command : commands) {
      if (command->name() == argument) return command.get();
      names.push_back(command->name());
    }
    const std::string hint = did_you_mean(argument, names);
    return fail(ErrorCode::kBadInput, fmt::format("unknown subcommand '{}'", argument), {},
                hint.empty() ? fmt::format("there are: {}", fmt::join(names, ", ")) : hint);
  }
  return nullptr;
}

Error unexpected_argument(const std::string& argument, const std::vector<OptionSpec>& specs) {
  const std::string name = argument.substr(0, argument.find('='));
  if (name.rfind('-', 0) != 0) return {ErrorCode::kBadInput, fmt::format("unexpected argument '{}'", argument)};
  return {
      ErrorCode::kBadInput, fmt::format("unknown option '{}'", name), {}, {}, did_you_mean(name, option_names(specs))};
}

/// Help and version, for when no subcommand is named.
Result<Parsed> parse_without_command(const std::vector<std::string>& arguments, const CommandList& commands) {
  CLI::App app{"Heddle compiles C loops to coarse-grained reconfigurable arrays and proves the result.", "heddle"};
  Parsed parsed;
  app.set_help_flag("-h,--help", "Print help and exit");
  app.add_flag("--version", parsed.version, "Print versions (of the tools as well) and exit");
  app.footer(
      "heddle SUBCOMMAND --help tells more. Exit status: 0 ok, 1 a negative result, 2 bad input, 3 internal error, "
      "130 interrupted.");
  for (const auto& command : commands) app.add_subcommand(command->name(), command->summary());
  for (const std::string& argument : arguments) {
    if (argument == "--version") parsed.version = true;
    if (argument == "--version" || argument == "-h" || argument == "--help") continue;
    return fail(unexpected_argument(argument, {{"--version", &parsed.version, ""}}));
  }
  if (!parsed.version) parsed.help = app.help();
  return parsed;
}

/// A parser of its own for the subcommand: a positional argument may be spelt like another subcommand.
Result<Parsed> parse_command(std::vector<std::string> arguments, Command& command, GlobalOptions& options) {
  arguments.erase(std::find(arguments.begin(), arguments.end(), command.name()));
  // Compilers spell this one with a single dash.
  for (std::string& argument : arguments) {
    if (argument.starts_with("-std=")) argument.insert(0, "-");
  }
  CLI::App app{command.summary(), "heddle " + command.name()};
  app.set_help_flag("-h,--help", "Print help and exit");
  app.allow_extras();
  std::vector<OptionSpec> specs = command.options();
  for (const OptionSpec& spec : specs) add(app, spec, {});
  for (const OptionSpec& spec : global_option_specs(options)) {
    add(app, spec, "Common options");
    specs.push_back(spec);
  }
  Parsed parsed;
  parsed.command = &command;
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    parsed.help = app.help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    if (!app.remaining().empty()) return fail(unexpected_argument(app.remaining().front(), specs));
    return fail(ErrorCode::kBadInput, error.what(), {}, fmt::format("see heddle {} --help", command.name()));
  }
  if (!app.remaining().empty()) return fail(unexpected_argument(app.remaining().front(), specs));
  return parsed;
}

}  // namespace

Result<Parsed> parse(const std::vector<std::string>& arguments, const CommandList& commands, GlobalOptions& options) {
  HEDDLE_ASSIGN(Command* const command, find_command(arguments, commands));
  return command == nullptr ? parse_without_command(arguments, commands) : parse_command(arguments, *command, options);
}

}  // namespace heddle::cli
