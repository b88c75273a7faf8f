#include "compiler/attention/classify.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compiler/attention/mask.h"

namespace heddle::attention {
namespace {

/// The leading tokens that see all and are seen by all.
std::int64_t leading_globals(std::span<const std::uint8_t> shown, std::int64_t sequence) {
  const auto sees = [&](std::int64_t row, std::int64_t key) {
    return shown[static_cast<std::size_t>(row * sequence + key)] != 0;
  };
  std::int64_t count = 0;
  for (bool global = true; global && count < sequence; count += global ? 1 : 0)
    for (std::int64_t i = 0; global && i < sequence; ++i) global = sees(count, i) && sees(i, count);
  return count;
}

/// The farthest keys of other rows to either side, and the common divisor of all distances.
WindowPattern window_of(std::span<const std::uint8_t> shown, std::int64_t sequence, std::int64_t globals) {
  WindowPattern window;
  std::int64_t divisor = 0;
  for (std::int64_t row = globals; row < sequence; ++row)
    for (std::int64_t key = globals; key < sequence; ++key) {
      if (shown[static_cast<std::size_t>(row * sequence + key)] == 0) continue;
      window.before = std::max(window.before, row - key);
      window.after = std::max(window.after, key - row);
      divisor = std::gcd(divisor, key - row);
    }
  window.dilation = std::max<std::int64_t>(divisor, 1);
  return window;
}

}  // namespace

Result<Workload> classify(std::span<const std::uint8_t> shown, std::int64_t sequence) {
  Workload workload;
  workload.name = "classified";
  workload.sequence = workload.rows = sequence;
  workload.pattern = WindowPattern{sequence, sequence, 1};
  if (shown.empty()) return workload;
  workload.global_tokens = leading_globals(shown, sequence);
  if (workload.global_tokens == sequence) {
    workload.global_tokens = 0;
    return workload;
  }
  workload.pattern = window_of(shown, sequence, workload.global_tokens);
  const Mask mask(workload, 1);
  for (std::int64_t row = 0; row < sequence; ++row)
    for (std::int64_t key = 0; key < sequence; ++key)
      if (mask.sees(0, row, key) != (shown[static_cast<std::size_t>(row * sequence + key)] != 0))
        return fail(ErrorCode::kUnsupported,
                    fmt::format("its mask is no window: row {} {} key {}, otherwise it would be {}", row,
                                mask.sees(0, row, key) ? "does not see" : "sees", key,
                                describe(std::get<WindowPattern>(workload.pattern), workload.global_tokens, sequence)));
  return workload;
}

std::string describe(const WindowPattern& window, std::int64_t global_tokens, std::int64_t sequence) {
  if (window.dilation == 1 && window.before >= sequence - 1 && window.after >= sequence - 1) return "every key";
  std::string text = fmt::format("keys {} to {}", -window.before, window.after);
  if (window.dilation != 1) text += fmt::format(" in steps of {}", window.dilation);
  if (global_tokens > 0) text += fmt::format(", {} global token{}", global_tokens, global_tokens == 1 ? "" : "s");
  return text;
}

}  // namespace heddle::attention
