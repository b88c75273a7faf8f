#include "systemc_models/cgra/cgra_module.h"

namespace heddle::systemc {

CgraModule::CgraModule(const sc_core::sc_module_name& name, const arch::Cgra& cgra)
    : sc_module(name), clk("clk", sc_core::sc_time(1, sc_core::SC_NS)), array_(cgra) {
  SC_METHOD(tick);
  sensitive << clk.posedge_event();
  dont_initialize();
}

bool CgraModule::carry_out(Transaction transaction) {
  if (transaction.kind != Transaction::Kind::kWait && transaction.to_write.empty() && transaction.to_read.empty())
    return true;
  transaction_ = transaction;
  timed_out_ = false;
  sc_core::sc_start();  // until tick() pauses
  transaction_ = {};
  return !timed_out_;
}

void CgraModule::tick() {
  ++clock_cycles_;
  // A start in this clock cycle begins the run in the next one; the end of a run is seen in the clock cycle after it.
  const bool was_busy = array_.loop().busy;
  bool through = false;
  if (transaction_.kind == Transaction::Kind::kWait) {
    through = !was_busy || ++transaction_.position >= transaction_.limit;
    timed_out_ = was_busy && through;
  } else {
    through = host_cycle();
  }
  if (was_busy) array_.clock();
  if (through) sc_core::sc_pause();
}

bool CgraModule::host_cycle() {
  if (transaction_.kind == Transaction::Kind::kRead) return read_cycle();
  array_.host_write(transaction_.address, transaction_.to_write[transaction_.position]);
  transaction_.address += 4;
  return ++transaction_.position == transaction_.to_write.size();
}

bool CgraModule::read_cycle() {
  if (transaction_.position > 0) transaction_.to_read[transaction_.position - 1] = transaction_.read_data;
  if (transaction_.position == transaction_.to_read.size()) return true;
  transaction_.read_data = array_.host_read(transaction_.address);
  transaction_.address += 4;
  ++transaction_.position;
  return false;
}

}  // namespace heddle::systemc
