// Drives one verilated array: clock, reset, host port, probes, waves. Compiled with the model of each architecture.
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "Vcgra_top.h"
#include "rtl_abi.h"
#include "stops.h"
#include "verilated.h"
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

namespace {

constexpr std::uint32_t kControl = 0;
constexpr std::uint64_t kCancelPeriod = 4096;  // clocks between two looks at the cancel flag
using Top = Vcgra_top;
constexpr std::size_t kPes = sizeof(Top::probe_res_o) / sizeof(std::uint64_t);

}  // namespace

struct HeddleRtlModel {
  HeddleRtlModel() {
    context.traceEverOn(VM_TRACE_FST != 0);
    top = std::make_unique<Top>(&context);
    top->rst_ni = 1;
    top->eval();
    top->rst_ni = 0;
    top->eval();
    top->rst_ni = 1;
    top->eval();
  }

  ~HeddleRtlModel() {
    close_trace();
    top->final();
  }

  void clock() {
    top->clk_i = 1;
    top->eval();
    dump();
    top->clk_i = 0;
    // Requests last one clock; what depends on the port settles with the falling edge.
    top->host_req_i = 0;
    top->eval();
    dump();
    ++cycles;
  }

  void request(std::uint32_t address, bool write, std::uint32_t data) {
    top->host_req_i = 1;
    top->host_we_i = write;
    top->host_addr_i = address;
    top->host_wdata_i = data;
  }

  void write(std::uint32_t address, const std::uint32_t* words, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      request(address + static_cast<std::uint32_t>(4 * i), true, words[i]);
      clock();
    }
  }

  void read(std::uint32_t address, std::uint32_t* words, std::size_t count) {
    for (std::size_t i = 0; i <= count; ++i) {
      if (i > 0) words[i - 1] = top->host_rdata_o;
      if (i < count) request(address + static_cast<std::uint32_t>(4 * i), false, 0);
      clock();
    }
  }

  int run(std::uint64_t cycle_limit, bool (*cancelled)(void*), void* user) {
    request(kControl, true, 1);
    clock();
    std::uint64_t array_cycle = 0;
    for (std::uint64_t clocks = 0; top->busy_o != 0; ++clocks) {
      if (clocks == cycle_limit) return kHeddleRtlLimit;
      if (clocks % kCancelPeriod == 0 && cancelled(user)) return kHeddleRtlCancelled;
      if (probe != nullptr && top->probe_en_o != 0) sample(array_cycle++);
      clock();
    }
    if (probe != nullptr) sample(array_cycle);  // what the last array cycle left behind
    clock();                                    // the host sees that busy is low
    return kHeddleRtlDone;
  }

  void sample(std::uint64_t array_cycle) {
    std::uint64_t results[kPes];
    const auto* words = reinterpret_cast<const std::uint32_t*>(&top->probe_res_o);
    for (std::size_t pe = 0; pe < kPes; ++pe)
      results[pe] = words[2 * pe] | (static_cast<std::uint64_t>(words[2 * pe + 1]) << 32U);
    probe(probe_user, array_cycle, results, kPes);
  }

#if VM_TRACE_FST
  int open_trace(const char* path) {
    close_trace();
    waves = std::make_unique<VerilatedFstC>();
    top->trace(waves.get(), 99);
    waves->open(path);
    if (waves->isOpen()) {
      dump();
      return kHeddleRtlDone;
    }
    waves.reset();
    error = std::string("cannot write ") + path;
    return kHeddleRtlFailed;
  }
  void close_trace() {
    if (waves) waves->close();
    waves.reset();
  }
  void dump() {
    if (waves) waves->dump(time++);
  }
  std::unique_ptr<VerilatedFstC> waves;
  std::uint64_t time = 0;  // half clock cycles
#else
  int open_trace(const char*) {
    error = "this model was built without waves";
    return kHeddleRtlFailed;
  }
  void close_trace() {}
  void dump() {}
#endif

  VerilatedContext context;
  std::unique_ptr<Top> top;
  std::uint64_t cycles = 0;
  HeddleRtlProbe probe = nullptr;
  void* probe_user = nullptr;
  std::string error;
  bool dead = false;  // an exception went through Verilator's run time, which may still hold its locks
};

namespace {

/// Runs `body`; a failed assertion (thrown by vl_stop) becomes the model's error.
template <class Body>
int guarded(HeddleRtlModel* model, Body body) {
  if (model->dead) return kHeddleRtlFailed;
  Verilated::threadContextp(&model->context);  // that of another model may be gone
  try {
    return body();
  } catch (const std::exception& failure) {
    model->error = failure.what();
    model->dead = true;
    return kHeddleRtlFailed;
  }
}

HeddleRtlModel* open_model() {
  try {
    return new HeddleRtlModel;
  } catch (const std::exception&) {
    return nullptr;
  }
}

/// The destructor of a dead model would wait for those locks for ever, so it stays.
void close_model(HeddleRtlModel* model) {
  static std::vector<HeddleRtlModel*> graveyard;
  Verilated::threadContextp(&model->context);
  if (model->dead) {
    graveyard.push_back(model);
  } else {
    delete model;
  }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const HeddleRtlEntry heddle_rtl_entry = {
    kHeddleRtlVersion,
    kPes,
    open_model,
    close_model,
    [](HeddleRtlModel* model, std::uint32_t address, const std::uint32_t* words, std::size_t count) {
      return guarded(model, [&] { return model->write(address, words, count), int{kHeddleRtlDone}; });
    },
    [](HeddleRtlModel* model, std::uint32_t address, std::uint32_t* words, std::size_t count) {
      return guarded(model, [&] { return model->read(address, words, count), int{kHeddleRtlDone}; });
    },
    [](HeddleRtlModel* model, std::uint64_t limit, bool (*cancelled)(void*), void* user) {
      return guarded(model, [&] { return model->run(limit, cancelled, user); });
    },
    [](const HeddleRtlModel* model) { return model->cycles; },
    [](HeddleRtlModel* model, HeddleRtlProbe probe, void* user) {
      model->probe = probe;
      model->probe_user = user;
    },
    [](HeddleRtlModel* model, const char* path) { return guarded(model, [&] { return model->open_trace(path); }); },
    [](HeddleRtlModel* model) { model->close_trace(); },
    [](const HeddleRtlModel* model) { return model->error.c_str(); },
};
