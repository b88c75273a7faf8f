#include "runtime/cli/commands.h"

namespace heddle::cli {

CommandList make_commands() {
  CommandList commands;
#ifdef HEDDLE_HAS_MAPPER
  commands.push_back(make_map_command());
#endif
  commands.push_back(make_schema_command());
  commands.push_back(make_doctor_command());
#ifdef HEDDLE_HAS_ARCH
  commands.push_back(make_list_command());
#endif
  commands.push_back(make_completion_command());
  return commands;
}

}  // namespace heddle::cli
