#include "runtime/verify/user_rtl_design.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <regex>
#include <sstream>

#include "compiler/base/files.h"
#include "runtime/verify/user_rtl_xml.h"

namespace heddle::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShownNotes = 8;

/// Names of the modules that the files declare: for messages only, so comments may add some.
std::vector<std::string> declared_modules(const std::vector<fs::path>& files) {
  static const std::regex kModule(R"((?:^|\n)\s*module\s+(?:automatic\s+|static\s+)?([A-Za-z_][A-Za-z0-9_$]*))");
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    const std::string text = read_file(file).value_or("");
    for (auto match = std::sregex_iterator(text.begin(), text.end(), kModule); match != std::sregex_iterator(); ++match)
      names.push_back((*match)[1]);
  }
  return names;
}

/// The file's name as the user gave it.
std::string shown(const std::string& file, const RtlSources& sources) {
  for (const fs::path& each : sources.files)
    if (fs::absolute(each).lexically_normal() == fs::path(file).lexically_normal()) return each.string();
  return file;
}

std::string hint_for(const std::string& message, const RtlSources& sources, const fs::path& scratch,
                     const Context& context) {
  const auto nearest = [](const std::string& name, const std::vector<std::string>& candidates) {
    const std::string near = nearest_name(name, candidates);
    if (!near.empty()) return fmt::format("did you mean '{}'?", near);
    return candidates.empty() ? std::string() : fmt::format("there are: {}", fmt::join(candidates, ", "));
  };
  if (message.find("--top-module") != std::string::npos) return nearest(sources.top, declared_modules(sources.files));
  static const std::string kParameter = "Parameters from the command line were not found in the design: ";
  const std::size_t at = message.find(kParameter);
  if (at == std::string::npos || sources.parameters.empty()) return {};
  // The parameters that there are, from a run without any.
  RtlSources plain = sources;
  plain.parameters.clear();
  if (!read_design(plain, scratch, context)) return {};
  const std::string xml = read_file(scratch / "design.xml").value_or("");
  static const std::regex kName(R"re(<var [^>]*name="([^"]*)"[^>]*param="true")re");
  std::vector<std::string> names;
  for (auto match = std::sregex_iterator(xml.begin(), xml.end(), kName); match != std::sregex_iterator(); ++match)
    names.push_back((*match)[1]);
  return nearest(message.substr(at + kParameter.size()), names);
}

Error first_error(const std::vector<Note>& messages) {
  Error error{ErrorCode::kBadInput, messages.front().message, messages.front().where, {}, {}};
  for (std::size_t i = 1; i < messages.size() && i <= kShownNotes; ++i) error.notes.push_back(messages[i]);
  return error;
}

Status check_sources(const RtlSources& sources) {
  if (sources.files.empty()) return fail(ErrorCode::kBadInput, "no RTL file given");
  std::error_code code;
  for (const fs::path& file : sources.files)
    if (!fs::is_regular_file(file, code)) return fail(ErrorCode::kNotFound, "no such RTL file", {file.string()});
  for (const fs::path& directory : sources.include_paths)
    if (!fs::is_directory(directory, code))
      return fail(ErrorCode::kNotFound, "--include: no such directory", {directory.string()});
  for (const std::string& parameter : sources.parameters)
    if (!std::regex_match(parameter, std::regex("[A-Za-z_][A-Za-z0-9_$]*=.+")))
      return fail(ErrorCode::kBadInput, fmt::format("--param: expected NAME=VALUE, found '{}'", parameter));
  return {};
}

}  // namespace

Status run_design_tool(const ToolCommand& command, const fs::path& directory, const Context& context) {
  constexpr double kSeconds = 600;
  constexpr std::size_t kShownOutput = 2000;
  const fs::path log = directory / "tool-0.log";
  ToolOutcome outcome;
  HEDDLE_TRY(run_tool_jobs({{command, directory, log, kSeconds}}, 1, context,
                           [&outcome](std::size_t, const ToolOutcome& ended) {
                             outcome = ended;
                             return Status();
                           }));
  const std::string& name = command.front();
  if (outcome.end == ToolOutcome::End::kSuccess) return {};
  if (outcome.end == ToolOutcome::End::kNotStarted)
    return fail(ErrorCode::kNotFound, fmt::format("cannot run {}", name), {}, fmt::format("install {}", name));
  if (outcome.end == ToolOutcome::End::kTimeOut)
    return fail(ErrorCode::kUnsupported, fmt::format("{} did not finish within {} s", name, kSeconds));
  std::string output = read_file(log).value_or("");
  if (output.size() > kShownOutput) output = fmt::format("...{}", output.substr(output.size() - kShownOutput));
  return fail(ErrorCode::kUnsupported, fmt::format("{} {}:\n{}", name, describe(outcome), output));
}

const RtlPort* RtlDesign::find(std::string_view name) const {
  for (const RtlPort& port : ports)
    if (port.name == name) return &port;
  return nullptr;
}

std::vector<std::string> verilator_arguments(const RtlSources& sources) {
  std::vector<std::string> arguments = {"--top-module", sources.top, "--no-timing",
                                        "-Wno-fatal",   "-Wno-lint", "-Wno-style"};
  for (const std::string& parameter : sources.parameters) arguments.push_back("-G" + parameter);
  std::vector<fs::path> directories = sources.include_paths;
  for (const fs::path& file : sources.files) directories.push_back(fs::absolute(file).parent_path());
  for (const fs::path& directory : directories) {
    const std::string argument = "-I" + fs::absolute(directory).lexically_normal().string();
    if (std::find(arguments.begin(), arguments.end(), argument) == arguments.end()) arguments.push_back(argument);
  }
  for (const fs::path& file : sources.files) arguments.push_back(fs::absolute(file).lexically_normal().string());
  return arguments;
}

std::vector<Note> verilator_messages(const std::string& log, const std::string& kind, const RtlSources& sources) {
  static const std::regex kLine(R"(^%(Error|Warning)(?:-([A-Z0-9]+))?: (?:([^ :][^:]*):(\d+):(\d+): )?(.*)$)");
  std::vector<Note> messages;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, kLine) || match[1] != kind) continue;
    Note note{match[6], {}};
    if (note.message.starts_with("Exiting due to") || note.message.starts_with("Cannot continue")) continue;
    if (match[2].matched && kind == "Warning") note.message = fmt::format("{} ({})", note.message, match[2].str());
    if (match[3].matched) note.where = {shown(match[3], sources), std::stoi(match[4]), std::stoi(match[5])};
    messages.push_back(std::move(note));
  }
  return messages;
}

Result<RtlDesign> read_design(const RtlSources& given, const fs::path& scratch, const Context& context) {
  HEDDLE_TRY(check_sources(given));
  RtlSources sources = given;
  if (sources.top.empty()) {
    const std::vector<std::string> modules = declared_modules(sources.files);
    if (modules.size() != 1)
      return fail(
          ErrorCode::kBadInput, "which module? name it with --top", {},
          modules.empty() ? "the files declare none" : fmt::format("the files declare: {}", fmt::join(modules, ", ")));
    sources.top = modules.front();
  }
  ToolCommand command = {"verilator", "--xml-only", "--xml-output", (scratch / "design.xml").string()};
  for (std::string& argument : verilator_arguments(sources)) command.push_back(std::move(argument));
  const Status ran = run_design_tool(command, scratch, context);
  if (!ran) {
    const std::string log = read_file(scratch / "tool-0.log").value_or("");
    const std::vector<Note> messages = verilator_messages(log, "Error", sources);
    if (ran.error().code != ErrorCode::kUnsupported || messages.empty()) return fail(ran.error());
    Error error = first_error(messages);
    error.hint = hint_for(error.message, sources, scratch, context);
    return fail(std::move(error));
  }
  HEDDLE_ASSIGN(const std::string xml, read_file(scratch / "design.xml"));
  HEDDLE_ASSIGN(RtlDesign design, design_from_xml(xml));
  for (RtlPort& port : design.ports) port.where.file = shown(port.where.file, sources);
  for (fs::path& file : design.files)
    if (file.is_relative()) file = scratch / file;
  return design;
}

}  // namespace heddle::verify
