#include "systemc_models/cgra/cgra_model.h"

#include <optional>
#include <systemc>
#include <utility>

#include "systemc_models/cgra/cgra_module.h"
#include "systemc_models/cgra/trace.h"
#include "systemc_models/context_scope.h"

/// libsystemc wants one in every executable; programs that simulate only through devices need none of their own.
extern "C" __attribute__((weak)) int sc_main(int, char*[]) { return 0; }

#if defined(__SANITIZE_ADDRESS__)
/// SystemC never frees its pool of timed events.
extern "C" const char* __lsan_default_suppressions() { return "leak:sc_core::sc_event_timed::allocate"; }
#endif

namespace heddle::systemc {
namespace {

/// Owns a simulation context of its own, so that devices do not know of each other.
class CgraDevice final : public codegen::Device {
 public:
  explicit CgraDevice(const arch::Cgra& cgra) : context_(std::make_unique<sc_core::sc_simcontext>()) {
    const ContextScope scope(context_.get());
    module_ = std::make_unique<CgraModule>("cgra", cgra);
    // SystemC's remarks would go to standard output, which belongs to data.
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  }

  ~CgraDevice() override {
    close_trace();
    const ContextScope scope(context_.get());
    module_.reset();
    context_.reset();
  }

  void write(std::uint32_t address, std::span<const std::uint32_t> words) override {
    Transaction transaction;
    transaction.kind = Transaction::Kind::kWrite;
    transaction.address = address;
    transaction.to_write = words;
    carry_out(transaction);
  }

  void read(std::uint32_t address, std::span<std::uint32_t> words) override {
    Transaction transaction;
    transaction.kind = Transaction::Kind::kRead;
    transaction.address = address;
    transaction.to_read = words;
    carry_out(transaction);
  }

  Status start_and_wait(std::uint64_t cycle_limit) override {
    const std::uint32_t start = 1;
    write(codegen::host_map::kControl, std::span(&start, 1));
    Transaction wait;
    wait.kind = Transaction::Kind::kWait;
    wait.limit = cycle_limit;
    if (carry_out(wait)) return {};
    return fail(ErrorCode::kMismatch,
                "the array is still running after " + std::to_string(cycle_limit) + " clock cycles (SystemC)");
  }

  [[nodiscard]] std::uint64_t clock_cycles() const override { return module_->clock_cycles(); }

  [[nodiscard]] std::optional<codegen::Activity> activity() const override { return module_->array().activity(); }

  void set_probe(std::function<void(const codegen::ProbeSample&)> probe) override {
    module_->array().set_probe(std::move(probe));
  }

  Status open_trace(const std::string& path) override {
    close_trace();
    const ContextScope scope(context_.get());
    HEDDLE_ASSIGN(waves_, Waves::open(path, *module_));
    return {};
  }

  void close_trace() override {
    if (!waves_) return;
    const ContextScope scope(context_.get());
    static_cast<void>(waves_->close());  // what fails here was checked when it was opened
    waves_.reset();
  }

 private:
  bool carry_out(const Transaction& transaction) {
    const ContextScope scope(context_.get());
    return module_->carry_out(transaction);
  }

  std::unique_ptr<sc_core::sc_simcontext> context_;
  std::unique_ptr<CgraModule> module_;
  std::optional<Waves> waves_;
};

}  // namespace

std::unique_ptr<codegen::Device> make_cgra_device(const arch::Cgra& cgra) { return std::make_unique<CgraDevice>(cgra); }

}  // namespace heddle::systemc
