// Clauses and cardinality constraints for CaDiCaL.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace heddle::mapper::exact {

/// A variable (> 0) or its negation. In clauses 0 stands for "false" and is left out, so that a variable that does not
/// exist may be named.
using Literal = int;

enum class Verdict { kSatisfiable, kUnsatisfiable, kUnknown };

/// A growing formula. Solving again after adding clauses keeps what was learnt.
class Sat {
 public:
  /// With a path: CaDiCaL writes its proof there (DRAT, as text) and all clauses are kept for `dimacs`. A proof is of
  /// one formula: solve once, after the last clause.
  explicit Sat(const std::string& proof_path = "");
  Sat(const Sat&) = delete;
  Sat& operator=(const Sat&) = delete;
  ~Sat();

  Literal fresh() { return ++variables_; }
  void clause(std::initializer_list<Literal> literals) { add(literals.begin(), literals.end()); }
  void clause(const std::vector<Literal>& literals) { add(literals.data(), literals.data() + literals.size()); }
  /// a implies b.
  void imply(Literal a, Literal b) { clause({-a, b}); }

  /// Pairwise up to six literals, else a ladder of auxiliary variables (Sinz 2005, k = 1).
  void at_most_one(const std::vector<Literal>& literals);
  /// Sequential counter (Sinz 2005): n * k auxiliary variables. Nothing if there are no more than k literals.
  void at_most(const std::vector<Literal>& literals, int k);

  /// kUnknown if `stop` returned true, or after so many conflicts (-1: no limit). Deterministic without `stop`.
  Verdict solve(const std::function<bool()>& stop, std::int64_t conflicts = -1);
  /// Clauses from now on hold only where the literal is assumed; 0: always.
  void guard(Literal literal) { guard_ = literal; }
  /// Under assumptions. After kUnsatisfiable `failed` says whether one of them was needed.
  Verdict solve_assuming(const std::vector<Literal>& assumptions, const std::function<bool()>& stop,
                         std::int64_t conflicts = -1);
  [[nodiscard]] bool failed(Literal assumption) const;

  /// After kSatisfiable.
  [[nodiscard]] bool value(Literal literal) const;

  [[nodiscard]] int variables() const { return variables_; }
  [[nodiscard]] std::int64_t clauses() const { return clauses_; }

  /// False: the file of the proof could not be opened.
  [[nodiscard]] bool proof_opened() const { return proof_opened_; }
  /// The proof is complete in its file after this.
  void close_proof();
  /// The clauses in DIMACS form, after the given lines of comment.
  [[nodiscard]] std::string dimacs(const std::vector<std::string>& comments) const;

 private:
  void add(const Literal* begin, const Literal* end);

  struct Solver;
  std::unique_ptr<Solver> solver_;
  int variables_ = 0;
  std::int64_t clauses_ = 0;
  Literal guard_ = 0;
  bool recording_ = false;
  bool proof_opened_ = true;
  std::vector<Literal> recorded_;  ///< clause by clause, each with a 0 behind it
};

}  // namespace heddle::mapper::exact
