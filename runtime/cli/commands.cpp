#include "runtime/cli/commands.h"

#include "runtime/cli/app.h"

namespace heddle::cli {

CommandList make_commands() {
  CommandList commands;
  commands.push_back(make_compile_command());
  commands.push_back(make_map_command());
  commands.push_back(make_export_command());
  commands.push_back(make_simulate_command());
  commands.push_back(make_verify_command());
  commands.push_back(make_cost_command());
  commands.push_back(make_generate_command());
  commands.push_back(make_convert_command());
  commands.push_back(make_infer_command());
  commands.push_back(make_quantize_command());
  commands.push_back(make_explore_command());
  commands.push_back(make_report_command());
  commands.push_back(make_explain_command());
  commands.push_back(make_schema_command());
  commands.push_back(make_doctor_command());
  commands.push_back(make_list_command());
  commands.push_back(make_completion_command());
  return commands;
}

int run(const std::vector<std::string>& arguments, const Process& process) {
  return run(arguments, process, make_commands());
}

}  // namespace heddle::cli
