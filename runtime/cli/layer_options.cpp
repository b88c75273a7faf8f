#include "runtime/cli/layer_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "compiler/base/files.h"
#include "runtime/cli/program_options.h"

namespace heddle::cli {
namespace {

constexpr const char* kForm = "expected NAME[@N][,NAME...]=BACKEND, as --layers 'conv1*@0,conv2*=rtl'";

Status check_names(const std::vector<LayerChoice>& choices, const session::CompiledProgram& program) {
  std::vector<std::string> names;
  for (const session::CompiledRegion& region : program.regions) names.push_back(region.name);
  for (const LayerChoice& choice : choices) {
    if (std::ranges::any_of(names, [&](const auto& name) { return session::matches(choice.region, name); })) continue;
    const std::string near = nearest_name(choice.region, names);
    return fail(ErrorCode::kNotFound, fmt::format("--layers: no region is '{}'", choice.region), {},
                near.empty() ? "heddle explain DIR lists them" : fmt::format("did you mean '{}'?", near));
  }
  return {};
}

Result<LayerChoice> parse_choice(std::string_view name, const std::string& backend) {
  LayerChoice choice{std::string(name), std::nullopt, backend};
  const std::size_t at = name.find('@');
  if (at != std::string_view::npos) {
    std::uint64_t launch = 0;
    const auto [end, error] = std::from_chars(name.data() + at + 1, name.data() + name.size(), launch);
    if (error != std::errc() || end != name.data() + name.size())
      return fail(ErrorCode::kBadInput, fmt::format("--layers: '{}': {}", name, kForm));
    choice.region = name.substr(0, at);
    choice.launch = launch;
  }
  if (choice.region.empty()) return fail(ErrorCode::kBadInput, fmt::format("--layers: an empty name: {}", kForm));
  return choice;
}

}  // namespace

Result<std::vector<LayerChoice>> parse_layers(const std::vector<std::string>& texts,
                                              const session::CompiledProgram& program) {
  std::vector<LayerChoice> choices;
  for (const std::string& text : texts) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos) return fail(ErrorCode::kBadInput, fmt::format("--layers {}: {}", text, kForm));
    const std::string backend = text.substr(equals + 1);
    if (std::ranges::find(backend_names(), backend) == backend_names().end())
      return fail(ErrorCode::kBadInput, fmt::format("--layers {}: no backend '{}'", text, backend), {},
                  fmt::format("there are: {}", fmt::join(backend_names(), ", ")));
    std::string_view rest = std::string_view(text).substr(0, equals);
    while (true) {
      const std::size_t comma = rest.find(',');
      HEDDLE_ASSIGN(LayerChoice choice, parse_choice(rest.substr(0, comma), backend));
      choices.push_back(std::move(choice));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  HEDDLE_TRY(check_names(choices, program));
  return choices;
}

}  // namespace heddle::cli
