// --layers: which launches another backend runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/session/program.h"

namespace heddle::cli {

/// A part of `NAME[@N][,NAME...]=BACKEND`.
struct LayerChoice {
  std::string region;                   ///< a name or a pattern with `*`
  std::optional<std::uint64_t> launch;  ///< `@N`
  std::string backend;
  bool operator==(const LayerChoice&) const = default;
};

/// Fails on another form, an unknown backend, and a name that no region of the program has.
Result<std::vector<LayerChoice>> parse_layers(const std::vector<std::string>& texts,
                                              const session::CompiledProgram& program);

}  // namespace heddle::cli
