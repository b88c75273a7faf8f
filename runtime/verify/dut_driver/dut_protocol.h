// What heddle and the process with a verilated design of a user say to each other: small messages over a socket, ports'
// values in shared memory. Both sides are compiled on the same machine.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// File descriptors that the process finds open.
inline constexpr int kHeddleDutSocket = 3;
inline constexpr int kHeddleDutMemory = 4;

enum HeddleDutOperation : uint32_t {
  /// Takes the words at `inputs` as: number of driven ports, their indices; number of sampled ports, their indices;
  /// index of the clock and of the reset (kHeddleDutNone: none), the active level of the reset; number of tied ports,
  /// and for each its index and the words of its value.
  kHeddleDutConfigure = 1,
  /// A new model. `count`: how registers without an initial value start: 0 zeros, 1 ones, 2 random by `seed`.
  kHeddleDutOpen = 2,
  /// `count` clock cycles with the reset active and all driven ports at zero. Nothing is sampled.
  kHeddleDutReset = 3,
  /// `count` vectors: driven values are read at `inputs`, sampled ones written at `outputs`, packed, each port in
  /// whole 64-bit words. With a clock a vector is one cycle: values are applied after the falling edge, outputs are
  /// sampled just before the rising edge.
  kHeddleDutRun = 4,
  /// Waves of what follows go to the file whose name is at `text`; an empty name ends them.
  kHeddleDutTrace = 5,
};

struct HeddleDutRequest {
  uint32_t operation;
  uint32_t count;
  uint64_t seed;
};

enum HeddleDutStatus : int32_t {
  kHeddleDutDone = 0,
  kHeddleDutStopped = 1,  ///< the design stopped itself, failed an assertion or does not settle: `text` says how
  kHeddleDutBroken = 2,   ///< the request cannot be fulfilled: `text` says why
};

struct HeddleDutReply {
  int32_t status;
  uint32_t done;  ///< vectors or cycles finished before the stop
};

/// Head of the shared memory; the values follow at the byte offsets it names.
struct HeddleDutMemory {
  uint64_t bytes;    ///< of the whole memory
  uint64_t inputs;   ///< offset
  uint64_t outputs;  ///< offset
  char text[4000];
};

inline constexpr uint64_t kHeddleDutNone = ~uint64_t{0};

/// Takes what Verilator's run time prints (VL_PRINTF).
extern "C" int heddle_rtl_print(const char* format, ...);
