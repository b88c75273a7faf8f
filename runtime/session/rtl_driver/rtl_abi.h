// What a library with a verilated array offers: plain functions, so that it can be loaded whatever it was compiled
// with. Included by rtl_driver.cpp, which is compiled with each model, and by rtl_device.cpp, which loads the result.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct HeddleRtlModel;

/// Called with RES of every PE during an array cycle of a run.
using HeddleRtlProbe = void (*)(void* user, uint64_t array_cycle, const uint64_t* results, size_t count);

enum HeddleRtlStatus : int {
  kHeddleRtlDone = 0,
  kHeddleRtlLimit = 1,      ///< cycle limit reached
  kHeddleRtlCancelled = 2,  ///< `cancelled` returned true
  kHeddleRtlFailed = 3,     ///< an assertion failed, or a file could not be written; see `error`
};

/// All entry points; fetched from the library by the symbol "heddle_rtl_entry". No exception leaves any of them.
struct HeddleRtlEntry {
  uint32_t version;  ///< kHeddleRtlVersion
  uint32_t pes;
  HeddleRtlModel* (*open)();
  void (*close)(HeddleRtlModel*);
  int (*write)(HeddleRtlModel*, uint32_t address, const uint32_t* words, size_t count);
  int (*read)(HeddleRtlModel*, uint32_t address, uint32_t* words, size_t count);
  int (*run)(HeddleRtlModel*, uint64_t cycle_limit, bool (*cancelled)(void* user), void* user);
  uint64_t (*clock_cycles)(const HeddleRtlModel*);
  void (*set_probe)(HeddleRtlModel*, HeddleRtlProbe probe, void* user);
  int (*open_trace)(HeddleRtlModel*, const char* path);
  void (*close_trace)(HeddleRtlModel*);
  const char* (*error)(const HeddleRtlModel*);
};
inline constexpr uint32_t kHeddleRtlVersion = 1;

/// Takes what Verilator's run time prints (VL_PRINTF): messages of failed assertions.
extern "C" int heddle_rtl_print(const char* format, ...);
