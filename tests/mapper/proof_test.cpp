// Proofs on request: they check, by our checker and by CaDiCaL's own checking mode; broken ones do not; and the formula
// is one that Z3 calls unsatisfiable as well.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cadical.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/mapper/exact/drup.h"
#include "compiler/mapper/infeasible.h"
#include "compiler/mapper/proof.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/hard_graphs.h"
#include "tests/mapper/small_graphs.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

namespace fs = std::filesystem;

/// Four operations on 2x2 PEs without registers: II = 2 by the lifetimes of values, 3 by SAT.
struct Example {
  dfg::Graph graph = build({{1, 3, 0}, {2, 0, 0}, {2, 1, 0}, {2, 3, 0}, {0, 1, 1}}, 4);
  arch::Cgra cgra = fixtures::mesh({.rows = 2, .columns = 2, .memory_columns = 0, .registers = 0, .config_depth = 5});
  fs::path folder = fs::path(testing::TempDir()) / ("heddle_proof_" + std::to_string(::getpid()));
  std::string formula = folder / "small.cnf";
  std::string proof = folder / "small.drat";

  Example() {
    cgra.max_stages = 6;
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  [[nodiscard]] int minimum() const { return solve("exact", {graph, cgra}, {}, Context{})->mapping->ii; }
  [[nodiscard]] Result<Refutation> refute_at(int ii) const {
    return refute({graph, cgra}, ii, formula, proof, {}, Context{});
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin))
    lines.push_back(text.substr(begin, end - begin));
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

int cadical_says(const std::string& path) {
  CaDiCaL::Solver solver;
  solver.set("quiet", 1);
  solver.set("check", 1);  // CaDiCaL's own checking mode: each derived clause is checked, a wrong one aborts
  int variables = 0;
  EXPECT_EQ(solver.read_dimacs(path.c_str(), variables), nullptr);
  return solver.solve();
}

bool z3_refutes(const std::string& path) {
  std::FILE* pipe = popen(("z3 -dimacs " + path).c_str(), "r");
  char answer[64] = {};
  const bool read = std::fgets(answer, sizeof answer, pipe) != nullptr;
  pclose(pipe);
  return read && std::string(answer).starts_with("s UNSAT");
}

TEST(Proof, OfTheIIBelowTheMinimum_Checks) {
  const Example example;
  const int minimum = example.minimum();
  ASSERT_GT(minimum, bounds({example.graph, example.cgra})->mii()) << "the example must need more than its bound";
  const auto refuted = example.refute_at(minimum - 1);
  ASSERT_THAT(refuted, IsOk());
  EXPECT_GT(refuted->lemmas, 0);
  const auto checked = exact::check_drup(*read_file(example.formula), *read_file(example.proof));
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->clauses, refuted->clauses);
  EXPECT_EQ(checked->lemmas, refuted->lemmas);
  EXPECT_EQ(cadical_says(example.formula), 20);
  for (const auto& file : fs::directory_iterator(example.folder))
    EXPECT_NE(file.path().extension(), ".part") << "a draft is left over";
}

TEST(Proof, FormulaIsUnsatisfiableForZ3Too) {
  if (std::system("z3 --version > /dev/null 2>&1") != 0) FAIL() << "z3 is not installed: scripts/setup";
  const Example example;
  ASSERT_THAT(example.refute_at(example.minimum() - 1), IsOk());
  EXPECT_TRUE(z3_refutes(example.formula));
}

TEST(Proof, OfAGraphOfRealSize_Checks) {
  // 26 operations on 4x4 without registers; bound 4.
  const auto hard = hard_case(7);
  const Problem problem{hard.graph, hard.cgra};
  ASSERT_GE(hard.graph.nodes.size(), 20U);
  const Example place;
  const int ii = bounds(problem)->mii();
  const auto refuted = refute(problem, ii, place.formula, place.proof, {.seconds = 1000}, Context{});
  ASSERT_THAT(refuted, IsOk());
  EXPECT_EQ(cadical_says(place.formula), 20);
  EXPECT_TRUE(z3_refutes(place.formula));
  std::printf("%zu operations, II %d: %lld clauses, %lld lemmas, %ju bytes of proof, %.1f s of CPU\n",
              hard.graph.nodes.size(), ii, static_cast<long long>(refuted->clauses),
              static_cast<long long>(refuted->lemmas), static_cast<std::uintmax_t>(fs::file_size(place.proof)),
              refuted->cpu_seconds);
}

/// The formula without one clause in eight; empty if that is unsatisfiable still.
std::string weakened(const std::vector<std::string>& formula, Random& random, const std::string& path) {
  std::vector<std::string> clauses;
  for (const auto& line : formula)
    if (!line.starts_with("c ") && !line.starts_with("p ") && random.below(8) > 0) clauses.push_back(line);
  const auto header = std::find_if(formula.begin(), formula.end(), [](const auto& l) { return l.starts_with("p "); });
  const std::string text =
      header->substr(0, header->rfind(' ') + 1) + std::to_string(clauses.size()) + "\n" + joined(clauses);
  EXPECT_THAT(write_file(path, text), IsOk());
  return cadical_says(path) == 10 ? text : "";
}

TEST(Proof, OfAFormulaThatBecameSatisfiable_Fails) {
  const Example example;
  ASSERT_THAT(example.refute_at(example.minimum() - 1), IsOk());
  const auto formula = lines_of(*read_file(example.formula));
  const std::string proof = *read_file(example.proof);
  std::string lemmas;  // deletions of missing clauses would be the reason else
  for (const auto& line : lines_of(proof))
    if (!line.starts_with("d ")) lemmas += line + "\n";
  ASSERT_THAT(exact::check_drup(joined(formula), lemmas), IsOk());
  Random random(1);
  int satisfiable = 0;
  for (int k = 0; k < 20; ++k) {
    const std::string broken = weakened(formula, random, example.folder / "broken.cnf");
    if (broken.empty()) continue;
    ++satisfiable;
    EXPECT_FALSE(exact::check_drup(broken, lemmas)) << "a satisfiable formula has a proof";
  }
  EXPECT_GE(satisfiable, 5) << "too few of the formulas became satisfiable";
}

TEST(Proof, ThatIsBroken_Fails) {
  const std::string formula = "c all signs of two variables\np cnf 2 4\n1 2 0\n1 -2 0\n-1 2 0\n-1 -2 0\n";
  EXPECT_THAT(exact::check_drup(formula, "1 0\n0\n"), IsOk());
  EXPECT_THAT(exact::check_drup(formula, "1 0\n"), HasError(ErrorCode::kBadInput, "ends without the empty clause"));
  EXPECT_THAT(exact::check_drup(formula, "3 0\n0\n"), HasError(ErrorCode::kBadInput, "proof, line 1: the lemma"));
  EXPECT_THAT(exact::check_drup(formula, "d 1 2 0\n1 0\n0\n"), HasError(ErrorCode::kBadInput, "proof, line 2"));
  EXPECT_THAT(exact::check_drup(formula, "d 1 3 0\n"), HasError(ErrorCode::kBadInput, "that is not there"));
  EXPECT_THAT(exact::check_drup(formula, "1 x 0\n"), HasError(ErrorCode::kBadInput, "found 'x'"));
  EXPECT_THAT(exact::check_drup(formula, "1 2"), HasError(ErrorCode::kBadInput, "without its 0"));
  EXPECT_THAT(exact::check_drup("p cnf 2 5\n1 2 0\n", "0\n"),
              HasError(ErrorCode::kBadInput, "5 clauses are announced"));
  EXPECT_THAT(exact::check_drup("1 2 0\n", "0\n"), HasError(ErrorCode::kBadInput, "before 'p cnf"));
}

TEST(InfeasibleCore, NamesLimitsAndValues) {
  const Example example;
  const Problem problem{example.graph, example.cgra};
  const int ii = example.minimum() - 1;
  const auto core = infeasible_core(problem, ii, {}, Context{});
  ASSERT_THAT(core, IsOk());
  EXPECT_TRUE(core->minimal);
  EXPECT_FALSE(core->limits.empty()) << "values alone never rule out an II above the recurrence bound";
  EXPECT_FALSE(core->needs.empty());
  EXPECT_NE(core->text().find("II " + std::to_string(ii) + " is impossible"), std::string::npos);
  EXPECT_THAT(infeasible_core(problem, ii + 1, {}, Context{}), HasError(ErrorCode::kInfeasible, "not impossible"));
  const auto bound = infeasible_core(problem, 1, {}, Context{});
  ASSERT_THAT(bound, IsOk());
  EXPECT_EQ(bound->witness, tightest(*bounds(problem)).witness);
}

TEST(Proof, OfAnIIThatExists_IsRefused) {
  const Example example;
  EXPECT_THAT(example.refute_at(example.minimum()), HasError(ErrorCode::kInfeasible, "there is a mapping"));
  EXPECT_FALSE(fs::exists(example.formula));
  EXPECT_TRUE(fs::is_empty(example.folder)) << "half a proof is left over";
  EXPECT_THAT(example.refute_at(1), HasError(ErrorCode::kUnsupported, "its lower bound is the proof"));
}

}  // namespace
}  // namespace heddle::mapper
