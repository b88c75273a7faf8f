// The functions of workloads/include/heddle/numbers.h and packed.h, by which a kernel reaches operations of number
// formats and on packed integers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::frontend {

/// The operation that a call of the function `symbol` is ("heddle.e4m3.mac": e4m3_mac); nullopt if it is none of ours.
std::optional<dfg::Opcode> number_function(std::string_view symbol);
/// The arguments of that function: one for each port that the operation may have.
int argument_count(dfg::Opcode op);

/// Where native code finds such a function.
struct NativeFunction {
  std::string symbol;
  void* address = nullptr;
};

/// All of them, as the plain C of the headers that every other compiler sees: host programs are linked against these,
/// so the native run does not share its arithmetic with the models of the array.
const std::vector<NativeFunction>& native_number_functions();

}  // namespace heddle::frontend
