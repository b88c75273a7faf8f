// The one place that includes CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "compiler/base/files.h"
#include "runtime/cli/app.h"

namespace heddle::cli {
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

/// The first argument that is no option must name a subcommand; CLI11 would call it an extra argument without naming
/// the nearest.
Status check_subcommand(const std::vector<std::string>& arguments, const CommandList& commands) {
  for (const std::string& argument : arguments) {
    if (argument.rfind('-', 0) == 0) continue;
    std::vector<std::string> names;
    for (const auto& command : commands) names.push_back(command->name());
    if (std::find(names.begin(), names.end(), argument) != names.end()) return {};
    const std::string hint = did_you_mean(argument, names);
    return fail(ErrorCode::kBadInput, fmt::format("unknown subcommand '{}'", argument), {},
                hint.empty() ? fmt::format("there are: {}", fmt::join(names, ", ")) : hint);
  }
  return {};
}

Error unexpected_argument(const std::string& argument, const std::vector<OptionSpec>& specs) {
  const std::string name = argument.substr(0, argument.find('='));
  if (name.rfind('-', 0) != 0) return {ErrorCode::kBadInput, fmt::format("unexpected argument '{}'", argument)};
  return {
      ErrorCode::kBadInput, fmt::format("unknown option '{}'", name), {}, {}, did_you_mean(name, option_names(specs))};
}

}  // namespace

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

Result<Parsed> parse(const std::vector<std::string>& arguments, const CommandList& commands, GlobalOptions& options) {
  HEDDLE_TRY(check_subcommand(arguments, commands));
  CLI::App app{"Heddle compiles C loops to coarse-grained reconfigurable arrays and proves the result.", "heddle"};
  app.set_help_flag("-h,--help", "Print help and exit");
  Parsed parsed;
  app.add_flag("--version", parsed.version, "Print versions (of the tools as well) and exit");
  app.footer(
      "heddle SUBCOMMAND --help tells more. Exit status: 0 ok, 1 a negative result, 2 bad input, 3 internal error, 130 "
      "interrupted.");
  std::vector<std::pair<CLI::App*, std::vector<OptionSpec>>> subcommands;
  const std::vector<OptionSpec> common = global_option_specs(options);
  for (const auto& command : commands) {
    CLI::App* sub = app.add_subcommand(command->name(), command->summary());
    auto specs = command->options();
    for (const OptionSpec& spec : specs) add(*sub, spec, {});
    for (const OptionSpec& spec : common) add(*sub, spec, "Common options");
    specs.insert(specs.end(), common.begin(), common.end());
    sub->callback([&parsed, target = command.get()] { parsed.command = target; });
    sub->allow_extras();
    subcommands.emplace_back(sub, std::move(specs));
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    parsed.help = app.help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    for (const auto& [sub, specs] : subcommands) {
      if (sub->parsed() && !sub->remaining().empty()) return fail(unexpected_argument(sub->remaining().front(), specs));
    }
    if (!app.remaining().empty()) return fail(unexpected_argument(app.remaining().front(), {}));
    return fail(ErrorCode::kBadInput, error.what(), {}, "see heddle --help");
  }
  for (const auto& [sub, specs] : subcommands) {
    if (sub->parsed() && !sub->remaining().empty()) return fail(unexpected_argument(sub->remaining().front(), specs));
  }
  if (parsed.command == nullptr && !parsed.version) parsed.help = app.help();
  return parsed;
}

}  // namespace heddle::cli
