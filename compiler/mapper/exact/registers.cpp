#include "compiler/mapper/exact/registers.h"

#include "compiler/mapper/exact/sat.h"

namespace heddle::mapper::exact {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// The entry before this one of the same value, if the value stays in the file in between.
bool continues(const std::vector<Entry>& entries, std::size_t i) {
  return i > 0 && !entries[i].fresh && entries[i - 1].value == entries[i].value &&
         entries[i - 1].cycle + 1 == entries[i].cycle;
}

}  // namespace

std::optional<std::vector<int>> assign_registers(const std::vector<Entry>& entries, const FileLimits& limits, int ii) {
  Sat sat;
  const auto slot = [ii](int cycle) { return at(((cycle % ii) + ii) % ii); };
  std::vector<std::vector<Literal>> in(entries.size());
  std::vector<std::vector<std::vector<Literal>>> holders(at(ii),
                                                         std::vector<std::vector<Literal>>(at(limits.registers)));
  std::vector<std::vector<Literal>> reads(at(ii)), writes(at(ii));
  std::vector<Literal> moved(entries.size() + 1, 0);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (int r = 0; r < limits.registers; ++r) {
      in[i].push_back(sat.fresh());
      holders[slot(entries[i].cycle)][at(r)].push_back(in[i].back());
    }
    sat.clause(in[i]);
    sat.at_most_one(in[i]);
    if (!continues(entries, i)) {
      const Literal written = sat.fresh();
      sat.clause({written});
      writes[slot(entries[i].cycle - 1)].push_back(written);
      continue;
    }
    moved[i] = sat.fresh();
    for (int r = 0; r < limits.registers; ++r) sat.clause({-in[i - 1][at(r)], in[i][at(r)], moved[i]});
    writes[slot(entries[i - 1].cycle)].push_back(moved[i]);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Literal read = sat.fresh();
    if (entries[i].read) sat.clause({read});
    if (moved[i + 1] != 0) sat.imply(moved[i + 1], read);
    reads[slot(entries[i].cycle)].push_back(read);
  }
  for (int s = 0; s < ii; ++s) {
    for (const auto& each : holders[at(s)]) sat.at_most_one(each);
    sat.at_most(reads[at(s)], limits.read_ports);
    sat.at_most(writes[at(s)], limits.write_ports);
  }
  if (sat.solve({}) != Verdict::kSatisfiable) return std::nullopt;
  std::vector<int> registers;
  for (const auto& choices : in) {
    int r = 0;
    while (!sat.value(choices[at(r)])) ++r;
    registers.push_back(r);
  }
  return registers;
}

}  // namespace heddle::mapper::exact
