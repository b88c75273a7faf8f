#include "runtime/cli/verify_rtl_options.h"

#include <fmt/format.h>

#include "runtime/cli/app.h"

namespace heddle::cli {

std::vector<OptionSpec> VerifyRtlOptions::specs() {
  return {
      {"--rtl", &files_, "Your SystemVerilog or Verilog file (repeatable)", "FILE", {}, Complete::kFile},
      {"--top", &top_, "With --rtl: the module (default: the only one of the files)", "NAME"},
      {"--golden", &golden_, "With --rtl: what it should compute, e.g. minifloat.mac:e4m3 (heddle list golden)",
       "NAME"},
      {"--map", &map_, "With --rtl: golden port = port of the module, or port = constant, by commas (repeatable)",
       "a=x,b=y,en=1"},
      {"--clock", &clock_, "With --rtl: the clock (default: clk, clk_i, ... if there is one)", "PORT"},
      {"--reset", &reset_, "With --rtl: the reset (default: rst_n, rst_ni, reset, ... if there is one)", "PORT"},
      {"--reset-active",
       &reset_active_,
       "With --rtl: its active level (default: by the edge in the RTL, then by its name)",
       "",
       {"low", "high"}},
      {"--latency", &latency_, "With --rtl: clock cycles from operands to result (default: 0 to 16 are tried)", "N"},
      {"--param", &parameters_, "With --rtl: a parameter of the module (repeatable)", "NAME=VALUE"},
      {"--include",
       &include_,
       "With --rtl: where includes and modules are looked for (repeatable)",
       "DIR",
       {},
       Complete::kDirectory},
      {"--exhaustive", &exhaustive_, "With --rtl: all operands, or an error"},
      {"--timeout", &timeout_, "With --rtl: seconds that the design may take to answer (default 60)", "S"},
  };
}

Status VerifyRtlOptions::check_unused() const {
  std::string first;
  const auto note = [&first](bool given, const char* name) {
    if (given && first.empty()) first = name;
  };
  note(!top_.empty(), "--top");
  note(!golden_.empty(), "--golden");
  note(!map_.empty(), "--map");
  note(!clock_.empty(), "--clock");
  note(!reset_.empty(), "--reset");
  note(!reset_active_.empty(), "--reset-active");
  note(latency_ != kFound, "--latency");
  note(!parameters_.empty(), "--param");
  note(!include_.empty(), "--include");
  note(exhaustive_, "--exhaustive");
  if (first.empty()) return {};
  return fail(ErrorCode::kBadInput, fmt::format("{} goes with --rtl FILE.sv", first));
}

Result<verify::UserRtlOptions> VerifyRtlOptions::options() const {
  if (golden_.empty())
    return fail(ErrorCode::kBadInput, "--golden is required with --rtl", {}, "heddle list golden prints what there is");
  if (latency_ < kFound)
    return fail(ErrorCode::kBadInput, fmt::format("--latency: expected a number from 0, found {}", latency_));
  if (!(timeout_ > 0) || timeout_ > 1e6)
    return fail(ErrorCode::kBadInput, fmt::format("--timeout: expected seconds above 0, found {}", timeout_));
  verify::UserRtlOptions options;
  options.sources.files.assign(files_.begin(), files_.end());
  options.sources.top = top_;
  options.sources.parameters = parameters_;
  options.sources.include_paths.assign(include_.begin(), include_.end());
  options.ports.golden = golden_;
  for (const std::string& entries : map_)
    for (const std::string& entry : split_names(entries)) options.ports.map.push_back(entry);
  options.ports.clock = clock_;
  options.ports.reset = reset_;
  if (!reset_active_.empty()) options.ports.reset_active_high = reset_active_ == "high";
  if (latency_ != kFound) options.latency = static_cast<int>(std::min<std::int64_t>(latency_, 1'000'000));
  options.exhaustive = exhaustive_;
  options.seconds = timeout_;
  return options;
}

}  // namespace heddle::cli
