// Shell completion, generated from the same option data as the parser and the help.
#pragma once

#include <string>

#include "runtime/cli/command.h"

namespace heddle::cli {

/// Scripts that define completion for `heddle`.
std::string bash_completion(const CommandList& commands);
std::string zsh_completion(const CommandList& commands);
std::string fish_completion(const CommandList& commands);

}  // namespace heddle::cli
