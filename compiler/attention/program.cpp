#include "compiler/attention/program.h"

namespace heddle::attention {

std::int64_t beats(const Task& task) {
  std::int64_t sum = 0;
  for (const Run& run : task.runs) sum += run.count;
  return sum;
}

}  // namespace heddle::attention
