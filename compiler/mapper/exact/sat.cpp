#include "compiler/mapper/exact/sat.h"

#include <algorithm>
#include <cadical.hpp>
#include <utility>

namespace heddle::mapper::exact {

struct Sat::Solver : CaDiCaL::Terminator {
  CaDiCaL::Solver cadical;
  std::function<bool()> stop;

  bool terminate() override { return stop && stop(); }
};

Sat::Sat(const std::string& proof_path) : solver_(std::make_unique<Solver>()), recording_(!proof_path.empty()) {
  solver_->cadical.set("quiet", 1);
  if (recording_) {
    solver_->cadical.set("binary", 0);
    proof_opened_ = solver_->cadical.trace_proof(proof_path.c_str());
  }
  solver_->cadical.connect_terminator(solver_.get());
}

Sat::~Sat() { solver_->cadical.disconnect_terminator(); }

void Sat::add(const Literal* begin, const Literal* end) {
  for (const Literal* literal = begin; literal != end; ++literal) {
    if (*literal == 0) continue;
    solver_->cadical.add(*literal);
    if (recording_) recorded_.push_back(*literal);
  }
  if (guard_ != 0) solver_->cadical.add(-guard_);
  if (guard_ != 0 && recording_) recorded_.push_back(-guard_);
  solver_->cadical.add(0);
  if (recording_) recorded_.push_back(0);
  ++clauses_;
}

void Sat::at_most_one(const std::vector<Literal>& literals) {
  constexpr std::size_t kPairwise = 6;
  if (literals.size() > kPairwise) {
    at_most(literals, 1);
    return;
  }
  for (std::size_t i = 0; i < literals.size(); ++i)
    for (std::size_t j = i + 1; j < literals.size(); ++j) clause({-literals[i], -literals[j]});
}

void Sat::at_most(const std::vector<Literal>& literals, int k) {
  if (literals.size() <= static_cast<std::size_t>(k)) return;
  if (k == 0) {
    for (const Literal literal : literals) clause({-literal});
    return;
  }
  // counter[j]: at least j + 1 of the literals so far are true.
  std::vector<Literal> counter;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (std::cmp_equal(counter.size(), k)) clause({-literals[i], -counter.back()});
    if (i + 1 == literals.size()) break;
    std::vector<Literal> next;
    const std::size_t width = std::min(i + 1, static_cast<std::size_t>(k));
    for (std::size_t j = 0; j < width; ++j) next.push_back(fresh());
    imply(literals[i], next[0]);
    for (std::size_t j = 0; j < counter.size(); ++j) {
      imply(counter[j], next[j]);
      if (j + 1 < width) clause({-literals[i], -counter[j], next[j + 1]});
    }
    counter = std::move(next);
  }
}

Verdict Sat::solve(const std::function<bool()>& stop, std::int64_t conflicts) {
  solver_->stop = stop;
  if (conflicts >= 0) solver_->cadical.limit("conflicts", static_cast<int>(conflicts));
  switch (solver_->cadical.solve()) {
    case 10: return Verdict::kSatisfiable;
    case 20: return Verdict::kUnsatisfiable;
    default: return Verdict::kUnknown;
  }
}

Verdict Sat::solve_assuming(const std::vector<Literal>& assumptions, const std::function<bool()>& stop,
                            std::int64_t conflicts) {
  for (const Literal literal : assumptions) solver_->cadical.assume(literal);
  return solve(stop, conflicts);
}

bool Sat::failed(Literal assumption) const { return solver_->cadical.failed(assumption); }

void Sat::close_proof() {
  solver_->cadical.flush_proof_trace();
  solver_->cadical.close_proof_trace();
}

std::string Sat::dimacs(const std::vector<std::string>& comments) const {
  std::string text;
  for (const auto& line : comments) text += "c " + line + "\n";
  text += "p cnf " + std::to_string(variables_) + " " + std::to_string(clauses_) + "\n";
  for (const Literal literal : recorded_) text += std::to_string(literal) + (literal == 0 ? "\n" : " ");
  return text;
}

bool Sat::value(Literal literal) const { return literal != 0 && solver_->cadical.val(literal) > 0; }

}  // namespace heddle::mapper::exact
