// "Is there a mapping at this II whose schedule has at most `horizon` cycles?" as a formula.
//
// The formula speaks of the same machine as docs/execution_model.md and `verify`. It has a variable for each node in
// each cycle on each PE, and for each value in each place (RES, register file, link) in each cycle in which it could be
// there on its way; a value is somewhere only if it came from a neighbouring place, or was computed there. Nothing else
// is fixed: routes, detours, waiting, registers and bypasses are all the solver's choice.
//
// One thing is left out at first: which register of a file holds which value. The formula counts values and ports, and
// makes a value that stays longer than II change its register; that is necessary, not sufficient. So "unsatisfiable" is
// a proof for the full model; where the registers of a satisfying assignment do not work out, that file is spelled out,
// register by register (`name_registers`), and the search goes on. With every file spelled out the formula is exact.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compiler/mapper/exact/bank_choice.h"
#include "compiler/mapper/exact/sat.h"
#include "compiler/mapper/search/task.h"

namespace heddle::mapper::exact {

/// What the formula is about. All must outlive the model.
struct Question {
  const arch::Cgra& cgra;
  const search::Fabric& fabric;
  const search::Task& task;
  const search::Schedule& schedule;  ///< of `ii`
  int ii = 1;
  int horizon = 1;                    ///< nodes issue so that all results are there before this cycle
  int max_stages = 1;                 ///< of the array
  int pinned = 0;                     ///< a node whose PE can be taken from `representatives` without loss (symmetry)
  std::vector<int> representatives;   ///< ascending; empty: any
  const BankChoice* banks = nullptr;  ///< null: the banks are those of `task`
};

/// A part of the formula that can be left out, to learn which parts an infeasible II is due to.
struct Group {
  enum class Kind : std::uint8_t {
    kIssue,      ///< one operation a PE and slot
    kResults,    ///< one value in RES
    kLinks,      ///< one value on a link
    kRegisters,  ///< as many values in a file as it has registers
    kReadPorts,
    kWritePorts,
    kLiveOuts,
    kBanks,
    kValue,  ///< value edge `index` is brought in time
    kOrder   ///< order edge `index` is kept
  };
  Kind kind = Kind::kIssue;
  int index = 0;
  Literal literal = 0;  ///< assumed: the group holds
};

class Model {
 public:
  /// With a path: the proof is written there (see Sat).
  explicit Model(const Question& question, const std::string& proof_path = "", bool grouped = false);
  /// Of a grouped model. Without assumptions no group holds.
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }

  Verdict solve(const std::function<bool()>& stop, std::int64_t conflicts = -1) { return sat_.solve(stop, conflicts); }
  /// The same, but no value may pass a unit. kUnknown at once where none may anyway.
  Verdict solve_without_passes(const std::function<bool()>& stop, std::int64_t conflicts) {
    return some_pass_ == 0 ? Verdict::kUnknown : sat_.solve_assuming({-some_pass_}, stop, conflicts);
  }
  /// From now on values are on at most so many links, over all links and cycles.
  void use_links_at_most(int most);
  [[nodiscard]] std::int64_t link_variables() const;
  [[nodiscard]] int variables() const { return sat_.variables(); }
  [[nodiscard]] std::int64_t clauses() const { return sat_.clauses(); }
  [[nodiscard]] Sat& sat() { return sat_; }
  /// What the variables of placement and schedule mean, a line each; `names` by node.
  [[nodiscard]] std::vector<std::string> glossary(const std::vector<std::string>& names) const;

  // After kSatisfiable --------------------------------------------------------------------------------------------
  [[nodiscard]] int pe_of(int node) const;
  [[nodiscard]] int time_of(int node) const;
  /// The value of `node` is in RES of `pe`, in the registers of `pe`, on `link` after `hop` links (from 1).
  [[nodiscard]] bool in_result(int node, int pe, int cycle) const { return sat_.value(result(node, pe, cycle)); }
  [[nodiscard]] bool in_file(int node, int pe, int cycle) const { return sat_.value(file(node, pe, cycle)); }
  [[nodiscard]] bool on_link(int node, int link, int hop, int cycle) const {
    return sat_.value(layer(node, link, hop, cycle));
  }
  /// The file of `pe` is read for the value, or written with it, in this cycle.
  [[nodiscard]] bool reads(int node, int pe, int cycle) const { return sat_.value(read(node, pe, cycle)); }
  [[nodiscard]] bool writes(int node, int pe, int cycle) const { return sat_.value(write(node, pe, cycle)); }
  /// The value passes the unit of `pe`, which reads it in this cycle.
  [[nodiscard]] bool passes(int node, int pe, int cycle) const { return sat_.value(pass(node, pe, cycle)); }
  [[nodiscard]] int hops() const { return hops_; }
  /// `fixed`, by array, with the banks that the formula chose.
  [[nodiscard]] std::vector<int> banks(const std::vector<int>& fixed) const {
    return q_.banks == nullptr ? fixed : banks_.chosen(sat_, *q_.banks, fixed);
  }

  /// From now on the formula says which register of `pe` holds which value; once for each PE.
  void name_registers(int pe);
  /// The register of `pe` that holds the value, -1 if none or not spelled out.
  [[nodiscard]] int register_of(int node, int pe, int cycle) const;
  [[nodiscard]] bool has_named_registers(int pe) const { return !named_[at(pe)].empty(); }

 private:
  struct Window {
    int low = 0, high = -1;
    [[nodiscard]] bool holds(int cycle) const { return cycle >= low && cycle <= high; }
    [[nodiscard]] int size() const { return high < low ? 0 : high - low + 1; }
  };
  /// Variables of one value in one place, by cycle.
  struct Track {
    Window window;
    std::vector<Literal> literals;
    [[nodiscard]] Literal at(int cycle) const {
      return window.holds(cycle) ? literals[static_cast<std::size_t>(cycle - window.low)] : 0;
    }
  };
  struct Value {
    bool used = false;                                   ///< somebody reads it
    std::vector<Track> result, file, read, write, move;  ///< by PE
    std::vector<Track> link;                             ///< by link
    std::vector<Track> layers;                           ///< by link x hop
  };

  [[nodiscard]] Literal result(int u, int p, int c) const { return value(u).result[at(p)].at(c); }
  [[nodiscard]] Literal file(int u, int p, int c) const { return value(u).file[at(p)].at(c); }
  [[nodiscard]] Literal read(int u, int p, int c) const { return value(u).read[at(p)].at(c); }
  [[nodiscard]] Literal write(int u, int p, int c) const { return value(u).write[at(p)].at(c); }
  [[nodiscard]] Literal pass(int u, int p, int c) const {
    return q_.fabric.passes ? pass_[at(u * q_.fabric.pes + p)].at(c) : 0;
  }
  [[nodiscard]] Literal link(int u, int l, int c) const { return value(u).link[at(l)].at(c); }
  [[nodiscard]] Literal layer(int u, int l, int hop, int c) const {
    return hops_ == 1 ? link(u, l, c) : value(u).layers[at(l * hops_ + hop - 1)].at(c);
  }
  [[nodiscard]] const Value& value(int u) const { return values_[at(u)]; }
  [[nodiscard]] Literal issue(int node, int pe, int cycle) const;  ///< node issues there and then
  [[nodiscard]] const arch::PeClass& kind(int pe) const { return q_.cgra.pe_class(q_.fabric.pe_ids[at(pe)]); }
  [[nodiscard]] static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] int slot(int cycle) const { return ((cycle % q_.ii) + q_.ii) % q_.ii; }

  [[nodiscard]] Literal not_before(int node, int cycle) const;
  /// Clauses from now on belong to this group.
  void enter(Group::Kind kind, int index = 0);
  void leave() { sat_.guard(0); }
  void place_nodes();
  void choose_time(int node);
  void choose_pe(int node);
  void order_times(int from, int to, int distance, int least);
  void open_passes();
  void issue_exclusively();
  /// At most `count` of the nodes that keep a thing of their PE for the whole run sit on one.
  void limit_kept(const std::vector<char>& needs, int arch::PeClass::* count);
  void limit_banks();
  void open_value(int u);
  [[nodiscard]] int earliest_at(int u, int pe) const;
  [[nodiscard]] int latest_at(int u, int pe) const;
  [[nodiscard]] int travel(int from, int to) const;
  Track track(Window window);
  void open_passed_result(int u, int p, int last);
  void compute(int u);
  void carry_through_unit(int u, int pe);
  void carry_in_files(int u);
  void carry_on_links(int u);
  void rotate(int u, int pe);
  void consume(int edge);
  void arrivals(std::vector<Literal>& clause, int u, int pe, int cycle) const;
  void one_value_a_place(const std::vector<const Track*>& tracks);
  void count_file_use(int pe);
  void choose_registers(int u, int pe, std::vector<std::vector<Literal>>& written);

  Question q_;
  Sat sat_;
  bool grouped_ = false;
  std::vector<Group> groups_;
  Literal truth_ = 0;
  Literal some_pass_ = 0;  ///< some value passes a unit
  BankVariables banks_;
  int hops_ = 1;  ///< links of a cycle that are told apart; 1 if no path is longer than the limit anyway
  std::vector<Window> issue_window_;
  std::vector<std::vector<Literal>> on_pe_;       ///< node x PE; 0 where it cannot
  std::vector<std::vector<Literal>> not_before_;  ///< node x cycle of its window
  std::vector<std::vector<Track>> issue_;         ///< node x PE
  std::vector<Track> pass_;                       ///< value x PE: its unit reads the value, to pass it; empty: none may
  std::vector<Value> values_;
  std::vector<std::vector<Track>> named_;  ///< by PE: value x register, empty where registers are not spelled out
};

}  // namespace heddle::mapper::exact
