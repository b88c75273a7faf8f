// What a verification found: for programs (JSON, schema heddle.verify/1) and for people.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::verify {

/// The first wrong value inside a launch: which operation made it, where and when.
struct ValueFault {
  std::string region;
  std::uint64_t launch = 0;       ///< number of the launch in its run
  std::string what;               ///< "result", "stored value", "store that must not happen", "live-out sum"
  std::uint64_t array_cycle = 0;  ///< in which the wrong value is in RES, or is stored
  int pe = 0;
  int row = 0;
  int column = 0;
  std::string operation;  ///< "add"
  std::string node;       ///< "%n5 (add 'sum')"
  Mark where;             ///< of the C source
  std::uint64_t iteration = 0;
  std::uint64_t expected = 0;
  std::uint64_t got = 0;
  std::vector<std::string> operands;  ///< what it should have read: "a = 12 (%n3 (load_s8 'a'))"
};

/// One thing that one engine does not share with the native run.
struct Mismatch {
  std::string kernel;
  std::string vector;  ///< name of the input
  std::string engine;
  std::string what;  ///< "return value", "argument c[3]", "global g[0]", "standard output", "cycles of launch 2: run"
  std::string expected;
  std::string got;
  std::optional<ValueFault> cause;  ///< where it begins, if a launch is to blame
};

/// A region whose graph, mapping or image is not what it should be, before anything runs.
struct StaticFault {
  std::string region;
  std::string check;    ///< "graph", "mapping", "image"
  std::string message;  ///< image: PE, slot, field, value, expected, and the operation there
};

struct KernelReport {
  std::string name;
  int vectors = 0;
  std::vector<std::string> skipped;              ///< inputs that the native run does not survive, with the reason
  std::uint64_t launches = 0;                    ///< on the array, per engine
  std::map<std::string, std::uint64_t> refused;  ///< launches that ran on the host, by reason
  std::uint64_t run_cycles = 0;                  ///< clock cycles of the array over all launches, stalls included
  std::uint64_t stall_cycles = 0;
  std::uint64_t total_cycles = 0;  ///< with configuration and transfers
};

/// Parts of the array that the launched regions use.
struct Coverage {
  struct Share {
    std::size_t used = 0;
    std::size_t total = 0;
  };
  Share pes, operations, links, registers, memory_pes, live_outs;
  std::vector<std::string> unused_operations;  ///< that some PE can do and no region used
};

struct Report {
  std::string source;
  std::string architecture;
  std::uint64_t seed = 1;
  std::vector<std::string> engines;
  std::vector<KernelReport> kernels;
  std::vector<StaticFault> faults;
  std::vector<Mismatch> mismatches;
  Coverage coverage;
  std::string trace;  ///< waveform written around the first wrong value; empty if none

  [[nodiscard]] bool equal() const { return faults.empty() && mismatches.empty(); }
};

Json to_json(const Report& report);
std::string to_text(const Report& report);
/// "PE (1,2) array cycle 7: result of %n5 (add 'sum'), iteration 2, gemm.c:14: expected 5, got 4".
std::string to_text(const ValueFault& fault);

}  // namespace heddle::verify
