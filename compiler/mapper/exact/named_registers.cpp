// The part of the formula about single registers, added for a file only when it turns out to be needed.
//
// A value is in one register of a file at a time. Nothing is lost by that: of a value held in two, follow the register
// that is read last back to when it was written, and go on with its source. That way uses no port that was not used.
#include "compiler/mapper/exact/model.h"

namespace heddle::mapper::exact {

void Model::name_registers(int pe) {
  if (has_named_registers(pe)) return;
  const int registers = kind(pe).registers;
  std::vector<std::vector<Literal>> written(at(q_.ii));
  for (int u = 0; u < q_.task.nodes; ++u) {
    const Window window = value(u).file[at(pe)].window;
    for (int r = 0; r < registers; ++r) named_[at(pe)].push_back(track(window));
    choose_registers(u, pe, written);
  }
  for (int r = 0; r < registers; ++r) {
    std::vector<const Track*> tracks;
    for (int u = 0; u < q_.task.nodes; ++u) tracks.push_back(&named_[at(pe)][at(u * registers + r)]);
    one_value_a_place(tracks);
  }
  for (const auto& each : written) sat_.at_most(each, kind(pe).rf_write_ports);
}

/// A value that is in a register was there the cycle before, or comes from outside, or moves, which reads and writes.
void Model::choose_registers(int u, int pe, std::vector<std::vector<Literal>>& written) {
  const int registers = kind(pe).registers;
  const Window window = value(u).file[at(pe)].window;
  const auto in = [&](int r, int c) { return named_[at(pe)][at(u * registers + r)].at(c); };
  for (int c = window.low; c <= window.high; ++c) {
    std::vector<Literal> any;
    for (int r = 0; r < registers; ++r) {
      sat_.imply(in(r, c), file(u, pe, c));
      any.push_back(in(r, c));
    }
    sat_.at_most_one(any);
    any.push_back(-file(u, pe, c));
    sat_.clause(any);
    written[at(slot(c - 1))].push_back(write(u, pe, c - 1));
    if (c == window.low) continue;
    const Literal moves = value(u).move[at(pe)].window.size() > 0 ? value(u).move[at(pe)].at(c - 1) : sat_.fresh();
    sat_.imply(moves, read(u, pe, c - 1));
    written[at(slot(c - 1))].push_back(moves);
    for (int r = 0; r < registers; ++r) sat_.clause({-in(r, c), in(r, c - 1), write(u, pe, c - 1), moves});
  }
}

int Model::register_of(int node, int pe, int cycle) const {
  if (!has_named_registers(pe)) return -1;
  const int registers = kind(pe).registers;
  for (int r = 0; r < registers; ++r)
    if (sat_.value(named_[at(pe)][at(node * registers + r)].at(cycle))) return r;
  return -1;
}

}  // namespace heddle::mapper::exact
