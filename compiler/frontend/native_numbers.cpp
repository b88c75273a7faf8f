// numbers.h and packed.h, compiled as any other program would compile it.
#include "compiler/frontend/number_functions.h"
#include "heddle/numbers.h"
#include "heddle/packed.h"

namespace heddle::frontend {

#define HEDDLE_ENTRY(format, function) \
  {"heddle." #format "." #function, reinterpret_cast<void*>(heddle_##format##_##function)}
#define HEDDLE_ENTRIES(format)                                                                                    \
  HEDDLE_ENTRY(format, add), HEDDLE_ENTRY(format, mul), HEDDLE_ENTRY(format, mac), HEDDLE_ENTRY(format, to_fp32), \
      HEDDLE_ENTRY(format, from_fp32)
#define HEDDLE_HALF_ENTRIES(format)                                                                        \
  HEDDLE_ENTRIES(format), HEDDLE_ENTRY(format, sub), HEDDLE_ENTRY(format, min), HEDDLE_ENTRY(format, max), \
      HEDDLE_ENTRY(format, lt), HEDDLE_ENTRY(format, le), HEDDLE_ENTRY(format, eq)

const std::vector<NativeFunction>& native_number_functions() {
  static const std::vector<NativeFunction> table = {
      HEDDLE_HALF_ENTRIES(fp16), HEDDLE_HALF_ENTRIES(bf16), HEDDLE_ENTRIES(e4m3),  HEDDLE_ENTRIES(e5m2),
      HEDDLE_ENTRIES(e3m2),      HEDDLE_ENTRIES(e2m3),      HEDDLE_ENTRIES(e2m1),  HEDDLE_ENTRY(fp32, mac),
      HEDDLE_ENTRY(fp32, min),   HEDDLE_ENTRY(fp32, max),   HEDDLE_ENTRY(s8, dot), HEDDLE_ENTRY(us8, dot),
      HEDDLE_ENTRY(s4, dot),     HEDDLE_ENTRY(us4, dot),    HEDDLE_ENTRY(b8, pick)};
  return table;
}

}  // namespace heddle::frontend
