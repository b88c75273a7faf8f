// A relaxation that decides many impossible IIs for all schedule lengths at once: the formula folded onto one interval.
//
// It only says in which *slot* (cycle modulo II) a node issues and where, and in which slots each value is in each
// place; which iteration is meant is left out. A mapping, folded, satisfies it: each clause of the full formula that
// says "a value is here only if it came from there" holds slot by slot as it holds cycle by cycle, and no place is
// filled more by fewer iterations. So "unsatisfiable" is a proof for every schedule, and the formula is smaller than
// the full one by the number of stages. What it loses: that a value which stays longer than II takes two places, and
// dependences but for those inside recurrences, where times are bound on both sides. "Satisfiable" says nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/mapper/exact/model.h"

namespace heddle::mapper::exact {

class Folded {
 public:
  /// `horizon` and `max_stages` of the question do not matter. With a path: the proof is written there (see Sat).
  explicit Folded(const Question& question, const std::string& proof_path = "");

  /// kUnsatisfiable: no mapping of this II exists, whatever its schedule.
  Verdict solve(const std::function<bool()>& stop, std::int64_t conflicts = -1) { return sat_.solve(stop, conflicts); }
  [[nodiscard]] std::int64_t clauses() const { return sat_.clauses(); }
  [[nodiscard]] Sat& sat() { return sat_; }
  /// What the variables of placement mean, a line each; `names` by node.
  [[nodiscard]] std::vector<std::string> glossary(const std::vector<std::string>& names) const;

  /// Variables, about, without building it.
  static double estimated_variables(const Question& question);

 private:
  /// Of one value or node: literals by place and slot.
  using Table = std::vector<Literal>;

  [[nodiscard]] static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] int slot(int cycle) const { return ((cycle % q_.ii) + q_.ii) % q_.ii; }
  [[nodiscard]] Literal get(const Table& table, int place, int cycle) const {
    return table.empty() ? 0 : table[at(place * q_.ii + slot(cycle))];
  }
  [[nodiscard]] const arch::PeClass& kind(int pe) const { return q_.cgra.pe_class(q_.fabric.pe_ids[at(pe)]); }
  [[nodiscard]] bool used(int u) const { return q_.task.out_edges.begin(u) != q_.task.out_edges.end(u); }
  [[nodiscard]] bool able(int node, int pe) const;

  void place(int node);
  void keep_recurrences();
  void issue_exclusively();
  void limit_live_outs();
  void limit_banks();
  [[nodiscard]] bool can_pass(int pe) const {
    return q_.fabric.pass_latency[at(pe)] > 0 && q_.fabric.pass_interval[at(pe)] <= q_.ii;
  }
  void compute(int u);
  void carry_through_unit(int u, int pe);
  void carry_in_files(int u);
  void carry_on_links(int u);
  void arrivals(std::vector<Literal>& clause, int u, int pe, int cycle) const;
  void consume(int from, int to);
  void share_places();

  Question q_;
  Sat sat_;
  std::vector<std::vector<Literal>> on_, in_slot_;          ///< node x PE, node x slot
  std::vector<Table> issue_;                                ///< by node: PE x slot
  std::vector<Table> result_, file_, read_, write_, link_;  ///< by value
  std::vector<Table> pass_;                                 ///< by value: PE x slot; empty where no unit can be passed
  std::vector<Table> layer_;                                ///< by value: (link x hop) x slot, where hops are counted
};

}  // namespace heddle::mapper::exact
