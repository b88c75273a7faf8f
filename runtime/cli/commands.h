// Every subcommand, in the order of the help. Each has a file of its own.
#pragma once

#include "runtime/cli/command.h"

namespace heddle::cli {

std::unique_ptr<Command> make_compile_command();
std::unique_ptr<Command> make_map_command();
std::unique_ptr<Command> make_export_command();
std::unique_ptr<Command> make_simulate_command();
std::unique_ptr<Command> make_verify_command();
std::unique_ptr<Command> make_cost_command();
std::unique_ptr<Command> make_generate_command();
std::unique_ptr<Command> make_convert_command();
std::unique_ptr<Command> make_infer_command();
std::unique_ptr<Command> make_quantize_command();
std::unique_ptr<Command> make_explore_command();
std::unique_ptr<Command> make_report_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_schema_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_list_command();
std::unique_ptr<Command> make_completion_command();

CommandList make_commands();

}  // namespace heddle::cli
