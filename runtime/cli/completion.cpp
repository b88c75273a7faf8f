#include "runtime/cli/completion.h"

#include <fmt/format.h>

#include "runtime/cli/app.h"

namespace heddle::cli {
namespace {

/// Shipped names come from the installed binary, so that they stay right when files are added.
const char* names_command(Complete complete) {
  return complete == Complete::kArchitecture ? "heddle list architectures 2>/dev/null | awk 'NR>1{print $1}'"
                                             : "heddle list kernels 2>/dev/null | awk 'NR>1{print $1}'";
}

bool shipped(Complete complete) { return complete == Complete::kArchitecture || complete == Complete::kKernel; }

bool takes_value(const OptionSpec& spec) { return !std::holds_alternative<bool*>(spec.target); }

std::vector<OptionSpec> all_options(Command& command, GlobalOptions& global) {
  auto specs = command.options();
  for (const OptionSpec& spec : global_option_specs(global)) specs.push_back(spec);
  return specs;
}

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// The bash command that fills COMPREPLY with the values of an option or of the next positional argument.
std::string bash_values(const OptionSpec& spec) {
  if (!spec.choices.empty())
    return fmt::format("COMPREPLY=($(compgen -W {} -- \"$cur\"))",
                       shell_word(fmt::format("{}", fmt::join(spec.choices, " "))));
  if (shipped(spec.complete))
    return fmt::format("COMPREPLY=($(compgen -W \"$({})\" -- \"$cur\") $(compgen -f -- \"$cur\"))",
                       names_command(spec.complete));
  if (spec.complete == Complete::kDirectory) return "COMPREPLY=($(compgen -d -- \"$cur\"))";
  if (spec.complete == Complete::kFile) return "COMPREPLY=($(compgen -f -- \"$cur\"))";
  return "COMPREPLY=()";
}

std::string bash_subcommand(Command& command) {
  GlobalOptions global;
  std::string names = "-h --help";
  std::string values;
  std::string positional;
  for (const OptionSpec& spec : all_options(command, global)) {
    if (spec.positional()) {
      if (positional.empty()) positional = bash_values(spec);
      continue;
    }
    const auto parts = split_names(spec.names);
    names += fmt::format(" {}", fmt::join(parts, " "));
    if (takes_value(spec))
      values += fmt::format("        {}) {}; return ;;\n", fmt::join(parts, "|"), bash_values(spec));
  }
  std::string text = fmt::format("    {})\n      case \"$prev\" in\n{}      esac\n", command.name(), values);
  text += fmt::format("      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W {} -- \"$cur\")); return; fi\n",
                      shell_word(names));
  return text + fmt::format("      {} ;;\n", positional.empty() ? "COMPREPLY=()" : positional);
}

std::string zsh_action(const OptionSpec& spec) {
  if (!spec.choices.empty()) return fmt::format("({})", fmt::join(spec.choices, " "));
  if (shipped(spec.complete))
    return spec.complete == Complete::kArchitecture ? "_heddle_architectures" : "_heddle_kernels";
  if (spec.complete == Complete::kDirectory) return "_files -/";
  if (spec.complete == Complete::kFile) return "_files";
  return " ";
}

/// Colons and brackets mean something in _arguments.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_subcommand(Command& command) {
  GlobalOptions global;
  std::string text = fmt::format("    {})\n      _arguments \\\n", command.name());
  int position = 0;
  for (const OptionSpec& spec : all_options(command, global)) {
    if (spec.positional()) {
      text += fmt::format("        {} \\\n",
                          shell_word(fmt::format("{}:{}:{}", ++position, zsh_text(spec.names), zsh_action(spec))));
      continue;
    }
    for (const std::string& each : split_names(spec.names)) {
      const std::string value = takes_value(spec) ? fmt::format(":value:{}", zsh_action(spec)) : "";
      text += fmt::format("        {} \\\n", shell_word(fmt::format("*{}[{}]{}", each, zsh_text(spec.help), value)));
    }
  }
  return text + "        '*--help[Print help]' ;;\n";
}

std::string fish_values(const OptionSpec& spec) {
  if (!spec.choices.empty())
    return fmt::format(" -x -a {}", shell_word(fmt::format("{}", fmt::join(spec.choices, " "))));
  if (shipped(spec.complete))
    return fmt::format(" -r -a \"({})\"", spec.complete == Complete::kArchitecture ? "__heddle_names architectures"
                                                                                   : "__heddle_names kernels");
  if (spec.complete == Complete::kDirectory) return " -x -a '(__fish_complete_directories)'";
  if (spec.complete == Complete::kFile) return " -r -F";
  return " -x";
}

std::string fish_subcommand(Command& command) {
  GlobalOptions global;
  const std::string seen = fmt::format("complete -c heddle -n '__fish_seen_subcommand_from {}'", command.name());
  std::string text = fmt::format("complete -c heddle -n __fish_use_subcommand -f -a {} -d {}\n", command.name(),
                                 shell_word(command.summary()));
  for (const OptionSpec& spec : all_options(command, global)) {
    if (spec.positional()) {
      text += seen + fish_values(spec) + "\n";
      continue;
    }
    std::string names;
    for (const std::string& each : split_names(spec.names))
      names += each.rfind("--", 0) == 0 ? fmt::format(" -l {}", each.substr(2)) : fmt::format(" -s {}", each.substr(1));
    text +=
        fmt::format("{}{}{} -d {}\n", seen, names, takes_value(spec) ? fish_values(spec) : "", shell_word(spec.help));
  }
  return text;
}

}  // namespace

std::string bash_completion(const CommandList& commands) {
  std::string names;
  std::string cases;
  for (const auto& command : commands) {
    names += (names.empty() ? "" : " ") + command->name();
    cases += bash_subcommand(*command);
  }
  return fmt::format(R"SH(# bash completion for heddle; put "source <(heddle completion bash)" into ~/.bashrc.
# shellcheck shell=bash disable=SC2207,SC2034
_heddle() {{
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} sub='' word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    if [[ $word != -* ]]; then sub=$word; break; fi
  done
  COMPREPLY=()
  case "$sub" in
    "") COMPREPLY=($(compgen -W '{} --help --version' -- "$cur")) ;;
{}  esac
}}
complete -o filenames -F _heddle heddle
)SH",
                     names, cases);
}

std::string zsh_completion(const CommandList& commands) {
  std::string list;
  std::string cases;
  for (const auto& command : commands) {
    list += fmt::format("    {}\n", shell_word(command->name() + ":" + zsh_text(command->summary())));
    cases += zsh_subcommand(*command);
  }
  return fmt::format(R"SH(#compdef heddle
# zsh completion for heddle; put it into a directory of $fpath as _heddle.
_heddle_architectures() {{ compadd -- $({}); _files }}
_heddle_kernels() {{ compadd -- $({}); _files }}
_heddle() {{
  local -a subcommands
  subcommands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe subcommand subcommands
    return
  fi
  local sub=$words[2]
  shift words
  (( CURRENT-- ))
  case $sub in
{}  esac
}}
if [[ $funcstack[1] == _heddle ]]; then _heddle "$@"; else compdef _heddle heddle; fi
)SH",
                     names_command(Complete::kArchitecture), names_command(Complete::kKernel), list, cases);
}

std::string fish_completion(const CommandList& commands) {
  std::string text =
      "# fish completion for heddle; put it into ~/.config/fish/completions/heddle.fish.\n"
      "function __heddle_names\n  heddle list $argv[1] 2>/dev/null | awk 'NR>1{print $1}'\nend\n"
      "complete -c heddle -n __fish_use_subcommand -l version -d 'Print versions and exit'\n"
      "complete -c heddle -s h -l help -d 'Print help and exit'\n";
  for (const auto& command : commands) text += fish_subcommand(*command);
  return text;
}

}  // namespace heddle::cli
