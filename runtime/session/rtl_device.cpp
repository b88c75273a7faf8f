// A verilated array as a Device: loads the library that rtl_build made.
#include <fmt/format.h>

#include <filesystem>

#include "compiler/base/check.h"
#include "runtime/session/devices.h"
#include "runtime/session/rtl_build.h"
#include "runtime/session/rtl_driver/rtl_abi.h"

namespace heddle::session {
namespace {

class RtlDevice final : public codegen::Device {
 public:
  RtlDevice(const HeddleRtlEntry& entry, HeddleRtlModel* model, const Context& context)
      : entry_(entry), model_(model), context_(context) {}
  RtlDevice(const RtlDevice&) = delete;
  RtlDevice& operator=(const RtlDevice&) = delete;
  ~RtlDevice() override { entry_.close(model_); }

  void write(std::uint32_t address, std::span<const std::uint32_t> words) override {
    note(entry_.write(model_, address, words.data(), words.size()));
  }

  void read(std::uint32_t address, std::span<std::uint32_t> words) override {
    note(entry_.read(model_, address, words.data(), words.size()));
  }

  Status start_and_wait(std::uint64_t cycle_limit) override {
    if (failed_) return failure();
    const auto cancelled = [](void* user) { return static_cast<const Context*>(user)->cancelled(); };
    switch (entry_.run(model_, cycle_limit, cancelled, &context_)) {
      case kHeddleRtlDone: return {};
      case kHeddleRtlLimit:
        return fail(ErrorCode::kMismatch, fmt::format("the RTL is still busy after {} clock cycles", cycle_limit));
      case kHeddleRtlCancelled: return fail(ErrorCode::kInterrupted, "interrupted");
      default: return failure();
    }
  }

  [[nodiscard]] std::uint64_t clock_cycles() const override { return entry_.clock_cycles(model_); }

  void set_probe(std::function<void(const codegen::ProbeSample&)> probe) override {
    probe_ = std::move(probe);
    const HeddleRtlProbe call = [](void* user, std::uint64_t cycle, const std::uint64_t* results, std::size_t count) {
      static_cast<RtlDevice*>(user)->probe_({cycle, {results, count}});
    };
    entry_.set_probe(model_, probe_ ? call : nullptr, this);
  }

  Status open_trace(const std::string& path) override {
    if (path.ends_with(".vcd"))
      return fail(ErrorCode::kUnsupported, "the RTL writes its waves as FST", {}, "name the file with the suffix .fst");
    if (entry_.open_trace(model_, path.c_str()) == kHeddleRtlDone) return {};
    return fail(ErrorCode::kIo, entry_.error(model_));
  }

  void close_trace() override { entry_.close_trace(model_); }

 private:
  /// Writes and reads cannot report: what went wrong is told by the next start.
  void note(int status) { failed_ = failed_ || status != kHeddleRtlDone; }

  tl::unexpected<Error> failure() const {
    return fail(ErrorCode::kMismatch, std::string("the RTL failed an assertion: ") + entry_.error(model_));
  }

  const HeddleRtlEntry& entry_;
  HeddleRtlModel* model_;
  Context context_;
  std::function<void(const codegen::ProbeSample&)> probe_;
  bool failed_ = false;
};

/// Arrays with more PEs than this keep their PEs as functions of their own, shared by equal PEs: compiles in time
/// linear in the kinds of PE.
constexpr std::uintmax_t kInlinedSources = 100'000;  // bytes of cgra_top.sv

RtlDesign design_of(const RtlOptions& options) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(options.rtl_directory / "cgra_top.sv", error);
  const bool is_large = !error && bytes > kInlinedSources;
  return {options.rtl_directory,
          {"cgra_assert.svh"},
          "cgra_top",
          {},
          is_large ? "cgra_pe" : "",
          options.driver_source,
          options.cache_directory,
          options.trace,
          options.assertions};
}

}  // namespace

Result<std::unique_ptr<codegen::Device>> make_rtl_device(const arch::Cgra& cgra, const RtlOptions& options,
                                                         const Context& context) {
  HEDDLE_ASSIGN(const std::filesystem::path path, build_rtl_library(design_of(options), context));
  HEDDLE_ASSIGN(const void* symbol, rtl_symbol(path, "heddle_rtl_entry"));
  const auto* entry = static_cast<const HeddleRtlEntry*>(symbol);
  HEDDLE_CHECK(entry != nullptr && entry->version == kHeddleRtlVersion, "a verilated library without our entry");
  if (entry->pes != cgra.pes.size())
    return fail(ErrorCode::kBadInput,
                fmt::format("the RTL in {} has {} PEs, the architecture {} has {}", options.rtl_directory.string(),
                            entry->pes, cgra.name, cgra.pes.size()));
  HeddleRtlModel* model = entry->open();
  HEDDLE_CHECK(model != nullptr, "a verilated model fails in reset");
  return std::make_unique<RtlDevice>(*entry, model, context);
}

}  // namespace heddle::session
