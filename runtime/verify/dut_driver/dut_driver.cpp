// Drives one verilated design of a user in a process of its own: it may loop for ever, stop, or crash, and heddle
// lives. Compiled with the model and a generated dut_ports.h: `void bind(Top&, std::vector<Port>&)`, which lists every
// port in the order of the module's header.
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "Vheddle_dut.h"
#include "dut_protocol.h"
#include "verilated.h"
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

namespace {

using Top = Vheddle_dut;

/// A port of the model as Verilator stores it: 1, 2, 4 or 8 bytes, or an array of 32-bit words.
struct Port {
  void* place;
  int bytes;
  bool array;
  std::size_t words;  ///< 64-bit words that the value takes in shared memory
};

Port port_of(CData& value) { return {&value, 1, false, 1}; }
Port port_of(SData& value) { return {&value, 2, false, 1}; }
Port port_of(IData& value) { return {&value, 4, false, 1}; }
Port port_of(QData& value) { return {&value, 8, false, 1}; }
template <std::size_t N>
Port port_of(VlWide<N>& value) {
  return {value.data(), 4 * static_cast<int>(N), true, (N + 1) / 2};
}

#include "dut_ports.h"

void drive(const Port& port, const std::uint64_t* value) {
  if (port.array) {
    std::memcpy(port.place, value, static_cast<std::size_t>(port.bytes));
    return;
  }
  switch (port.bytes) {
    case 1: *static_cast<CData*>(port.place) = static_cast<CData>(*value); break;
    case 2: *static_cast<SData*>(port.place) = static_cast<SData>(*value); break;
    case 4: *static_cast<IData*>(port.place) = static_cast<IData>(*value); break;
    default: *static_cast<QData*>(port.place) = *value;
  }
}

void sample(const Port& port, std::uint64_t* value) {
  if (port.array) {
    value[port.words - 1] = 0;
    std::memcpy(value, port.place, static_cast<std::size_t>(port.bytes));
    return;
  }
  switch (port.bytes) {
    case 1: *value = *static_cast<const CData*>(port.place); break;
    case 2: *value = *static_cast<const SData*>(port.place); break;
    case 4: *value = *static_cast<const IData*>(port.place); break;
    default: *value = *static_cast<const QData*>(port.place);
  }
}

std::string& printed() {
  static std::string text;
  return text;
}

constexpr std::size_t kKeptText = 3000;

class Dut {
 public:
  explicit Dut(HeddleDutMemory* memory) : memory_(memory) {}

  void configure() {
    const std::uint64_t* word = inputs();
    const auto take_list = [&word](std::vector<std::size_t>& list) {
      list.resize(*word++);
      for (std::size_t& index : list) index = *word++;
    };
    take_list(driven_);
    take_list(sampled_);
    clock_ = *word++;
    reset_ = *word++;
    reset_active_ = *word++;
    tied_.resize(*word++);
    for (Tie& tie : tied_) {
      tie.port = *word++;
      const std::size_t words = *word++;
      tie.value.assign(word, word + words);
      word += words;
    }
  }

  void open(std::uint32_t start, std::uint64_t seed) {
    top_.reset();
    context_ = std::make_unique<VerilatedContext>();
    context_->traceEverOn(VM_TRACE_FST != 0);
    context_->randReset(static_cast<int>(start));
    context_->randSeed(static_cast<int>(seed % 0x7FFFFFFFU) + 1);
    top_ = std::make_unique<Top>(context_.get());
    ports_.clear();
    bind(*top_, ports_);
    for (const Tie& tie : tied_) drive(ports_[tie.port], tie.value.data());
    zero_inputs();
    set_bit(reset_, reset_active_ == 0);
    set_bit(clock_, false);
    eval();
  }

  /// The inactive level first: an asynchronous reset acts on its edge too.
  void reset(std::uint32_t cycles) {
    zero_inputs();
    set_bit(reset_, reset_active_ != 0);
    eval();
    for (done_ = 0; done_ < cycles; ++done_) clock();
    set_bit(reset_, reset_active_ == 0);
    eval();
  }

  void run(std::uint32_t count) {
    const std::uint64_t* in = inputs();
    std::uint64_t* out = outputs();
    for (done_ = 0; done_ < count; ++done_) {
      for (const std::size_t port : driven_) {
        drive(ports_[port], in);
        in += ports_[port].words;
      }
      eval();
      for (const std::size_t port : sampled_) {
        sample(ports_[port], out);
        out += ports_[port].words;
      }
      if (clock_ == kHeddleDutNone) continue;
      set_bit(clock_, true);
      eval();
      set_bit(clock_, false);  // takes effect together with the next vector
    }
    eval();
  }

  void trace(const char* path) {
#if VM_TRACE_FST
    if (waves_) waves_->close();
    waves_.reset();
    if (*path == '\0') return;
    waves_ = std::make_unique<VerilatedFstC>();
    top_->trace(waves_.get(), 99);
    waves_->open(path);
    if (!waves_->isOpen()) throw std::invalid_argument(std::string("cannot write ") + path);
#else
    (void)path;
    throw std::invalid_argument("this model was built without waves");
#endif
  }

  [[nodiscard]] std::uint32_t done() const { return done_; }
  [[nodiscard]] char* text() const { return memory_->text; }

 private:
  struct Tie {
    std::size_t port;
    std::vector<std::uint64_t> value;
  };

  std::uint64_t* inputs() {
    return reinterpret_cast<std::uint64_t*>(reinterpret_cast<char*>(memory_) + memory_->inputs);
  }
  std::uint64_t* outputs() {
    return reinterpret_cast<std::uint64_t*>(reinterpret_cast<char*>(memory_) + memory_->outputs);
  }

  void zero_inputs() {
    for (const std::size_t port : driven_)
      std::memset(ports_[port].place, 0, static_cast<std::size_t>(ports_[port].bytes));
  }

  void set_bit(std::uint64_t port, bool value) {
    if (port != kHeddleDutNone) *static_cast<CData*>(ports_[port].place) = value ? 1 : 0;
  }

  void clock() {
    set_bit(clock_, true);
    eval();
    set_bit(clock_, false);
    eval();
  }

  void eval() {
    top_->eval();
#if VM_TRACE_FST
    if (waves_) waves_->dump(time_++);
#endif
  }

  HeddleDutMemory* memory_;
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Top> top_;
  std::vector<Port> ports_;
  std::vector<std::size_t> driven_;
  std::vector<std::size_t> sampled_;
  std::vector<Tie> tied_;
  std::uint64_t clock_ = kHeddleDutNone;
  std::uint64_t reset_ = kHeddleDutNone;
  std::uint64_t reset_active_ = 0;
  std::uint32_t done_ = 0;
#if VM_TRACE_FST
  std::unique_ptr<VerilatedFstC> waves_;
  std::uint64_t time_ = 0;  // evaluations: two a clock cycle
#endif
};

void perform(Dut& dut, const HeddleDutRequest& request) {
  switch (request.operation) {
    case kHeddleDutConfigure: dut.configure(); break;
    case kHeddleDutOpen: dut.open(request.count, request.seed); break;
    case kHeddleDutReset: dut.reset(request.count); break;
    case kHeddleDutRun: dut.run(request.count); break;
    case kHeddleDutTrace: dut.trace(dut.text()); break;
    default: throw std::invalid_argument("unknown request");
  }
}

[[noreturn]] void stop_with_message(const char* what, const char* file, int line) {
  std::string text = printed();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.empty()) text = std::string(file) + ":" + std::to_string(line) + ": " + what;
  throw std::runtime_error(text);
}

}  // namespace

extern "C" int heddle_rtl_print(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  std::string& text = printed();
  text += line;
  if (text.size() > kKeptText) text.erase(0, text.size() - kKeptText);
  return length;
}

// Verilator's run time calls these instead of ending the process (VL_USER_STOP, VL_USER_FATAL, VL_USER_FINISH).
void vl_stop(const char* file, int line, const char*) VL_MT_UNSAFE {
  stop_with_message("$stop or a failed assertion", file, line);
}
void vl_fatal(const char* file, int line, const char*, const char* message) VL_MT_UNSAFE {
  printed() += message;
  stop_with_message("fatal", file, line);
}
void vl_finish(const char* file, int line, const char*) VL_MT_UNSAFE {
  printed().clear();
  stop_with_message("$finish", file, line);
}

int main() {
  HeddleDutMemory head{};
  if (::pread(kHeddleDutMemory, &head, sizeof head, 0) != static_cast<ssize_t>(sizeof head)) return 2;
  void* memory = ::mmap(nullptr, head.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, kHeddleDutMemory, 0);
  if (memory == MAP_FAILED) return 2;
  Dut dut(static_cast<HeddleDutMemory*>(memory));
  HeddleDutRequest request{};
  while (::recv(kHeddleDutSocket, &request, sizeof request, MSG_WAITALL) == static_cast<ssize_t>(sizeof request)) {
    HeddleDutReply reply{kHeddleDutDone, 0};
    try {
      perform(dut, request);
    } catch (const std::exception& failure) {
      reply.status =
          dynamic_cast<const std::invalid_argument*>(&failure) != nullptr ? kHeddleDutBroken : kHeddleDutStopped;
      std::snprintf(dut.text(), sizeof head.text, "%s", failure.what());
    }
    reply.done = dut.done();
    if (::send(kHeddleDutSocket, &reply, sizeof reply, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof reply)) break;
    // An exception went through Verilator's run time, which may still hold its locks: no destructor may run.
    if (reply.status != kHeddleDutDone) ::_exit(1);
  }
  ::_exit(0);
}
