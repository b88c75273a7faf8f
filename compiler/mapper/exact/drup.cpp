// Forward checking: each lemma in turn is assumed false, and propagation over the clauses so far must run into a
// conflict. Two literals of each clause are watched (Moskewicz et al. 2001).
#include "compiler/mapper/exact/drup.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <unordered_map>
#include <utility>
#include <vector>

namespace heddle::mapper::exact {
namespace {

using Clause = std::vector<int>;

/// Words of a text, with the line each stands in.
class Words {
 public:
  Words(const std::string& text, const char* name) : text_(text), name_(name) {}

  /// Empty at the end.
  std::string_view next() {
    while (at_ < text_.size() && is_space(text_[at_])) line_ += static_cast<int>(text_[at_++] == '\n');
    const auto begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
    return std::string_view(text_).substr(begin, at_ - begin);
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }
  [[nodiscard]] Error error(const std::string& what) const {
    return {.code = ErrorCode::kBadInput, .message = fmt::format("{}, line {}: {}", name_, line_, what)};
  }
  /// The rest of a clause whose first word is given, up to its 0.
  Result<Clause> clause(std::string_view word) {
    Clause clause;
    for (;; word = next()) {
      int literal = 0;
      const auto [stop, bad] = std::from_chars(word.data(), word.data() + word.size(), literal);
      if (word.empty()) return fail(error("a clause ends without its 0"));
      if (bad != std::errc{} || stop != word.data() + word.size() || std::abs(literal) > kMostVariables)
        return fail(error(fmt::format("a literal was expected, found '{}'", word)));
      if (literal == 0) return clause;
      clause.push_back(literal);
    }
  }

 private:
  static constexpr int kMostVariables = 1 << 28;
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

  const std::string& text_;
  const char* name_;
  std::size_t at_ = 0;
  int line_ = 1;
};

class Checker {
 public:
  /// Literals of a clause once each; tautologies are kept out.
  void add(Clause clause) {
    std::sort(clause.begin(), clause.end());
    clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
    for (const int literal : clause) {
      grow(literal);
      if (std::binary_search(clause.begin(), clause.end(), -literal)) return;
    }
    const auto index = clauses_.size();
    by_hash_.emplace(hash(clause), index);
    sorted_.push_back(clause);
    // Two literals that are not false come first, if there are any.
    std::partition(clause.begin(), clause.end(), [&](int l) { return value(l) >= 0; });
    const std::size_t open =
        static_cast<std::size_t>(std::count_if(clause.begin(), clause.end(), [&](int l) { return value(l) >= 0; }));
    if (open == 0) refuted_ = true;
    if (clause.size() > 1)
      for (std::size_t k = 0; k < 2; ++k) watchers(clause[k]).push_back(index);
    clauses_.push_back(std::move(clause));
    if (open == 1 && value(clauses_.back()[0]) == 0) {
      set(clauses_.back()[0], index);
      if (!propagate()) refuted_ = true;
    }
  }

  /// Whether the clause follows by unit propagation.
  bool follows(const Clause& clause) {
    if (refuted_) return true;
    for (const int literal : clause) grow(literal);
    const auto mark = trail_.size();
    bool conflict = false;
    for (const int literal : clause) {
      if (value(literal) > 0) conflict = true;
      if (value(literal) == 0) set(-literal, kNone);
    }
    conflict = conflict || !propagate();
    while (trail_.size() > mark) {
      values_[code(trail_.back())] = values_[code(-trail_.back())] = 0;
      trail_.pop_back();
    }
    head_ = trail_.size();
    return conflict;
  }

  /// False: there is no such clause.
  bool remove(Clause clause) {
    std::sort(clause.begin(), clause.end());
    clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
    for (const int literal : clause)
      if (std::binary_search(clause.begin(), clause.end(), -literal)) return true;
    const auto [from, to] = by_hash_.equal_range(hash(clause));
    for (auto it = from; it != to; ++it) {
      const auto index = it->second;
      if (sorted_[index] != clause) continue;
      for (const int literal : clause)
        if (value(literal) > 0 && reason_[code(literal)] == index) return true;
      by_hash_.erase(it);
      clauses_[index].clear();  // its watchers drop out when they are next looked at
      Clause().swap(sorted_[index]);
      return true;
    }
    return false;
  }

  [[nodiscard]] bool refuted() const { return refuted_; }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  static std::size_t code(int literal) {
    return 2 * static_cast<std::size_t>(std::abs(literal)) + static_cast<std::size_t>(literal < 0);
  }
  [[nodiscard]] int value(int literal) const { return values_[code(literal)]; }
  std::vector<std::size_t>& watchers(int literal) { return watchers_[code(literal)]; }

  void grow(int literal) {
    const auto size = 2 * static_cast<std::size_t>(std::abs(literal)) + 2;
    if (values_.size() >= size) return;
    values_.resize(size, 0);
    reason_.resize(size, kNone);
    watchers_.resize(size);
  }

  static std::uint64_t hash(const Clause& sorted) {
    std::uint64_t sum = 14695981039346656037U;
    for (const int literal : sorted) sum = (sum ^ static_cast<std::uint32_t>(literal)) * 1099511628211U;
    return sum;
  }

  void set(int literal, std::size_t reason) {
    values_[code(literal)] = 1;
    values_[code(-literal)] = -1;
    reason_[code(literal)] = reason;
    trail_.push_back(literal);
  }

  /// False on a conflict.
  bool propagate() {
    while (head_ < trail_.size()) {
      const int falsified = -trail_[head_++];
      auto& list = watchers(falsified);
      std::size_t kept = 0;
      for (std::size_t i = 0; i < list.size(); ++i) {
        const auto index = list[i];
        Clause& clause = clauses_[index];
        if (clause.empty()) continue;
        if (clause[0] == falsified) std::swap(clause[0], clause[1]);
        if (value(clause[0]) <= 0 && find_watch(clause, index)) continue;
        list[kept++] = index;
        if (value(clause[0]) > 0) continue;
        if (value(clause[0]) == 0) {
          set(clause[0], index);
          continue;
        }
        while (++i < list.size()) list[kept++] = list[i];
        list.resize(kept);
        return false;
      }
      list.resize(kept);
    }
    return true;
  }

  /// Another literal to watch instead of the second.
  bool find_watch(Clause& clause, std::size_t index) {
    for (std::size_t k = 2; k < clause.size(); ++k) {
      if (value(clause[k]) < 0) continue;
      std::swap(clause[1], clause[k]);
      watchers(clause[1]).push_back(index);
      return true;
    }
    return false;
  }

  std::vector<Clause> clauses_;  ///< the watched literals first; empty: removed
  std::vector<Clause> sorted_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_hash_;
  std::vector<int> values_;
  std::vector<std::size_t> reason_;
  std::vector<std::vector<std::size_t>> watchers_;
  std::vector<int> trail_;
  std::size_t head_ = 0;
  bool refuted_ = false;
};

Status read_formula(const std::string& text, Checker& checker, CheckedProof& checked) {
  Words words(text, "formula");
  std::int64_t announced = -1;
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (word == "c") {
      words.skip_line();
    } else if (word == "p") {
      const bool cnf = words.next() == "cnf";
      words.next();
      const auto count = words.next();
      const auto [end, bad] = std::from_chars(count.data(), count.data() + count.size(), announced);
      if (!cnf || bad != std::errc{}) return fail(words.error("'p cnf VARIABLES CLAUSES' was expected"));
    } else {
      if (announced < 0) return fail(words.error("a clause before 'p cnf VARIABLES CLAUSES'"));
      HEDDLE_ASSIGN(auto clause, words.clause(word));
      checker.add(std::move(clause));
      ++checked.clauses;
    }
  }
  if (checked.clauses == announced) return {};
  return fail(words.error(fmt::format("{} clauses are announced, {} found", announced, checked.clauses)));
}

}  // namespace

Result<CheckedProof> check_drup(const std::string& formula, const std::string& proof,
                                const std::function<bool()>& stop) {
  constexpr int kStopCheckEvery = 256;
  Checker checker;
  CheckedProof checked;
  HEDDLE_TRY(read_formula(formula, checker, checked));
  Words words(proof, "proof");
  for (auto word = words.next(); !word.empty(); word = words.next()) {
    if (stop && checked.lemmas % kStopCheckEvery == 0 && stop()) return fail(ErrorCode::kInterrupted, "interrupted");
    if (word == "c") {
      words.skip_line();
      continue;
    }
    const bool deletes = word == "d";
    HEDDLE_ASSIGN(auto clause, words.clause(deletes ? words.next() : word));
    if (deletes) {
      ++checked.deletions;
      if (!checker.remove(std::move(clause))) return fail(words.error("deletes a clause that is not there"));
      continue;
    }
    ++checked.lemmas;
    if (!checker.follows(clause)) return fail(words.error("the lemma does not follow by unit propagation"));
    if (clause.empty()) return checked;
    checker.add(std::move(clause));
  }
  return fail(words.error("ends without the empty clause"));
}

}  // namespace heddle::mapper::exact
