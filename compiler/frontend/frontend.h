// C in, regions for the array and a host program out. No LLVM type crosses this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "compiler/dfg/graph.h"

namespace heddle::frontend {

/// How nests reach the array.
enum class Nest { kAuto, kInnermost, kFlatten };

/// "innermost" or "flatten"; anything else is kAuto.
inline Nest nest_named(std::string_view name) {
  if (name == "innermost") return Nest::kInnermost;
  return name == "flatten" ? Nest::kFlatten : Nest::kAuto;
}

/// What the front end must know of the array.
struct Target {
  int word_bits = 32;
  std::vector<dfg::Opcode> operations;  ///< that some PE can do
  int operation_slots = 0;              ///< PEs times configuration depth; larger graphs cannot be mapped. 0: unknown
  int address_generators = 0;           ///< of all PEs together, for words of 32 bits or more
  int loop_levels = 0;                  ///< inner loops that a loop unit counts, for words of 32 bits or more
};

/// A parameter of a kernel, for making inputs.
struct Parameter {
  enum class Kind { kInteger, kPointer, kOther, kFloat };
  std::string name;
  Kind kind = Kind::kInteger;
  int bytes = 4;  ///< of the integer or float, or of the pointed-to element (1 if unknown)
  bool is_signed = true;
  std::optional<std::int64_t> extent_bytes;  ///< pointers: dereferenceable bytes (`int a[static 64]`), if known
  std::optional<std::int64_t> low,
      high;  ///< HEDDLE_RANGE(low, high): values of the integer, or of the pointed-to elements
  /// Of the value or the elements: "fp32" and "fp64" are C's float and double, "fp16", "e4m3" ... the typedefs of
  /// heddle/numbers.h; empty: integers.
  std::string format;
  std::optional<double> real_low, real_high;  ///< HEDDLE_RANGE where `format` is not empty
  bool is_const = false;                      ///< pointers to const
  bool is_output = false;                     ///< a pointer whose old contents nobody reads
};

struct Kernel {
  std::string name;
  Mark where;
  std::vector<Parameter> parameters;
  int return_bytes = 0;       ///< 0: void
  std::string return_format;  ///< as Parameter::format
  bool required = false;      ///< marked HEDDLE_KERNEL, or named by --function: its loops must map
};

/// A program that another front end made: LLVM bitcode, and the functions to call from outside. Debug locations name
/// places in `CompileOptions::source`.
struct Module {
  std::string bitcode;
  std::vector<Kernel> kernels;
};

struct CompileOptions {
  std::filesystem::path source;
  std::shared_ptr<const Module> module;      ///< instead of C
  std::vector<std::string> clang_arguments;  ///< -I, -D, -std ...
  std::filesystem::path include_directory;   ///< of heddle/kernel.h
  std::vector<std::string> functions;        ///< --function; empty: those marked HEDDLE_KERNEL, else all
  Nest nest = Nest::kAuto;
  int unroll = 1;  ///< 0: choose; otherwise the factor of the innermost loop
  int unroll_jam = 1;
  Target target;
};

/// A loop that can run on the array. Region k of the program is launched as `heddle_launch(session, k, ...)`.
struct Region {
  std::string name;  ///< unique in the program: function_line
  std::string function;
  Mark where;          ///< of the loop
  dfg::Graph graph;    ///< not legalised; arrays, live-ins and live-outs are in the order of the launch call
  int nest_depth = 1;  ///< loops flattened into this launch
  int unroll = 1;
};

/// A loop that stays on the host.
struct HostLoop {
  std::string function;
  Mark where;
  std::string reason;
};

/// Module-level data a program touches, compared after a run.
struct GlobalVariable {
  std::string name;
  std::int64_t bytes = 0;
  bool constant = false;
  std::string format;  ///< of its elements, as Parameter::format, if it is a number or an array of numbers
};

struct Program {
  std::vector<Region> regions;
  std::vector<HostLoop> host_loops;
  std::vector<Kernel> kernels;  ///< functions that hold a region or are marked
  std::vector<GlobalVariable> globals;
  bool has_main = false;
  std::string host_bitcode;  ///< with launch calls; each falls back to the native loop if heddle_launch returns nonzero
  std::string golden_bitcode;  ///< the same C without any launch
};

/// Runs clang-19, prepares the loops, and splits the program. Fails with clang's own message if the C does not compile,
/// and with kBadInput if no loop is found.
Result<Program> compile_c(const CompileOptions& options, const Context& context);

/// The same for `options.module`: all its loops are searched; its kernels are the program's, whether or not they hold a
/// loop themselves.
Result<Program> compile_module(const CompileOptions& options, const Context& context);

}  // namespace heddle::frontend

/// The ABI between a host program and the session; the front end emits calls, the session defines `heddle_launch`.
extern "C" {
struct heddle_array_range {
  char* base;              ///< the address that means index 0, offset 0 of the array
  char* low;               ///< first byte touched, and
  char* high;              ///< one past the last, if `known`
  std::int32_t known;      ///< 0: unknown extent (indirect access): the session takes the whole object
  std::int32_t flags;      ///< bit 0 read, bit 1 written, bit 2 every byte of [low, high) is written,
                           ///< bit 3 accesses may be skipped: parts of [low, high) need not exist
  char* object = nullptr;  ///< an address inside the object that the array is part of (`base` may lie outside it)
};
/// 0: done on the array. Nonzero: not launched, the caller runs the loop itself. `session` is the external global
/// `heddle_session`'s value.
std::int32_t heddle_launch(void* session, std::int32_t region, std::uint64_t trip_count, const std::uint64_t* live_ins,
                           const struct heddle_array_range* arrays, std::uint64_t* live_outs);
}
