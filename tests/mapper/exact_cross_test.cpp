// The exact solver against everything else that can answer the same question, on small graphs on 2x2 arrays: the
// heuristic with `verify`, and for the tiniest graphs a brute-force oracle. A seeded sample by default; with
// HEDDLE_EXHAUSTIVE=1 all graphs of up to 5 nodes (some minutes).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/decode.h"
#include "compiler/mapper/exact/folded.h"
#include "compiler/mapper/exact/instance.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/brute_force.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/small_graphs.h"

namespace heddle::mapper {
namespace {

bool exhaustive() {
  const char* value = std::getenv("HEDDLE_EXHAUSTIVE");
  return value != nullptr && std::string(value) == "1";
}

struct Variant {
  int hop_limit = 1;
  int registers = 0;
  int max_stages = 8;
};

arch::Cgra array_of(const Variant& variant, int rows, int columns) {
  arch::Cgra cgra = fixtures::mesh({.rows = rows,
                                    .columns = columns,
                                    .hop_limit = variant.hop_limit,
                                    .memory_columns = 0,
                                    .registers = variant.registers,
                                    .config_depth = 4,
                                    .multiplier_columns = 0});
  cgra.max_stages = variant.max_stages;
  return cgra;
}

struct Tally {
  int problems = 0;
  int mapped = 0;
  int above_bound = 0;   ///< the minimum is not the lower bound: SAT refuted something
  int infeasible = 0;    ///< no II of the array's depth
  int undecided = 0;     ///< the exact solver gave no proof
  int contradicted = 0;  ///< the heuristic found what the exact solver refuted
  int missed = 0;        ///< the heuristic found nothing as good
  int oracle = 0;        ///< the brute force asked
  int shortest = 0;      ///< proved: no shorter schedule
  int folded = 0;        ///< II that the folded formula refutes
  int excluded = 0;      ///< II that only the bounds of links and storage exclude
};

std::string text_of(const SmallGraph& graph, const Variant& variant) {
  std::string text =
      "hops " + std::to_string(variant.hop_limit) + ", registers " + std::to_string(variant.registers) + ":";
  for (const auto& e : graph)
    text += " " + std::to_string(e.from) + ">" + std::to_string(e.to) + (e.distance > 0 ? "'" : "");
  return text;
}

/// The answer of the exact solver; counts into `tally`.
Answer compare(const Problem& problem, Tally& tally, const std::string& what) {
  const auto exact = solve("exact", problem, {.seconds = 60}, Context{});
  const auto found = solve("heuristic", problem, {.seconds = 60}, Context{});
  if (!exact || !found) {
    ADD_FAILURE() << what << ": " << to_string((exact ? found : exact).error());
    return {};
  }
  const bool decided = exact->outcome == Outcome::kOptimal || exact->outcome == Outcome::kInfeasible;
  const int minimum = exact->mapping ? exact->mapping->ii : 0;
  const int other = found->mapping ? found->mapping->ii : 0;
  tally.problems += 1;
  tally.mapped += static_cast<int>(minimum > 0);
  tally.above_bound += static_cast<int>(minimum > exact->bounds.mii());
  tally.infeasible += static_cast<int>(exact->outcome == Outcome::kInfeasible);
  tally.undecided += static_cast<int>(!decided);
  tally.contradicted += static_cast<int>(other > 0 && (minimum == 0 || other < minimum));
  tally.missed += static_cast<int>(minimum > 0 && (other == 0 || other > minimum));
  EXPECT_TRUE(decided) << what << ": " << exact->reason;
  EXPECT_FALSE(other > 0 && (minimum == 0 || other < minimum))
      << what << ": the heuristic has II " << other << ", the exact solver " << minimum << " (" << exact->reason << ")";
  return *exact;
}

/// The formula with every register spelled out from the start, which the solver does only where it must.
bool feasible_with_named_registers(const Problem& problem, int ii) {
  const auto capability = capabilities(problem);
  const auto lower = bounds(problem);
  std::vector<arch::PeId> pes;
  for (std::size_t p = 0; p < problem.cgra.pes.size(); ++p) pes.emplace_back(static_cast<std::int64_t>(p));
  const search::Fabric fabric(problem, pes);
  const search::Task task(problem, fabric, *capability, search::node_banks(problem, lower->banks));
  const search::Schedule schedule(task, ii);
  const int stages = problem.cgra.max_stages;
  const exact::Question question{problem.cgra, fabric, task, schedule, ii, (stages + 1) * ii + 1, stages, 0, {}};
  exact::Model model(question);
  for (int p = 0; p < fabric.pes; ++p) model.name_registers(p);
  if (model.solve({}) != exact::Verdict::kSatisfiable) return false;
  const auto decoded = exact::decode(model, question, problem, lower->banks);
  EXPECT_TRUE(std::holds_alternative<Mapping>(decoded));
  const Status checked = verify(problem, std::get<Mapping>(decoded));
  EXPECT_TRUE(checked) << to_string(checked.error());
  return true;
}

/// The relaxation that the solver asks first. It may only refute what has no mapping.
bool refuted_folded(const Problem& problem, int ii) {
  const auto capability = capabilities(problem);
  const auto lower = bounds(problem);
  const exact::Instance instance(problem, *capability, lower->banks);
  const search::Schedule schedule(instance.task(), ii);
  exact::Folded folded(instance.question(schedule, ii, instance.longest_horizon(ii)));
  return folded.solve({}) == exact::Verdict::kUnsatisfiable;
}

void print(const char* what, const Tally& tally) {
  std::printf(
      "%s: %d problems, %d mapped (%d above the bound), %d infeasible, %d undecided, %d contradicted, "
      "%d where the heuristic has a larger II or none, %d by brute force\n",
      what, tally.problems, tally.mapped, tally.above_bound, tally.infeasible, tally.undecided, tally.contradicted,
      tally.missed, tally.oracle);
}

TEST(ExactCross, SmallGraphs_AgreeWithHeuristicAndChecker) {
  Random random(5);
  Tally tally;
  for (int nodes = 1; nodes <= 5; ++nodes) {
    const auto graphs = small_graphs(nodes, 1);
    if (exhaustive()) std::printf("%zu graphs of %d nodes, on 5 arrays each\n", graphs.size(), nodes);
    for (const auto& graph : graphs) {
      if (exhaustive() && tally.problems % 1000 == 0) {
        print("so far", tally);
        std::fflush(stdout);
      }
      for (const Variant variant : {Variant{1, 0}, Variant{1, 1}, Variant{1, 2}, Variant{2, 0}, Variant{2, 1}}) {
        if (!exhaustive() && random.below(graphs.size() * 5) >= 40) continue;
        const auto cgra = array_of(variant, 2, 2);
        const auto built = build(graph, nodes);
        compare({built, cgra}, tally, text_of(graph, variant));
      }
    }
  }
  print("2x2", tally);
  EXPECT_GT(tally.above_bound, tally.problems / 100) << "too few problems whose bound is not the answer";
}

TEST(ExactCross, TiniestGraphs_AgreeWithBruteForce) {
  Random random(6);
  Tally tally;
  for (int nodes = 1; nodes <= 4; ++nodes) {
    const auto graphs = small_graphs(nodes, nodes < 4 ? 2 : 1);
    for (const auto& graph : graphs) {
      for (const Variant variant :
           {Variant{1, 0, 2}, Variant{1, 1, 2}, Variant{2, 0, 2}, Variant{1, 2, 2}, Variant{2, 1, 2}}) {
        if (!exhaustive() && random.below(graphs.size() * 5) >= 40) continue;
        // Four nodes on a 2x2 array are beyond brute force where the answer is no; one row of two is not.
        for (const int rows : {1, 2}) {
          if (rows == 2 && nodes == 4 && !exhaustive()) continue;
          auto cgra = array_of(variant, rows, 2);
          cgra.config_depth = 3;
          const auto built = build(graph, nodes);
          const Answer answer = compare({built, cgra}, tally, text_of(graph, variant));
          const int minimum = answer.mapping ? answer.mapping->ii : 0;
          EXPECT_EQ(minimum, brute_force_minimum({built, cgra}, 3)) << rows << "x2, " << text_of(graph, variant);
          // From the bounds of dependences and slots: what those of links and storage exclude, the formula must too.
          const auto lower = *bounds({built, cgra});
          for (int ii = std::max({lower.rec.value, lower.res.value, lower.mem.value}); ii <= 3; ++ii) {
            const bool feasible = minimum > 0 && minimum <= ii;
            const bool folded = refuted_folded({built, cgra}, ii);
            tally.folded += static_cast<int>(folded);
            tally.excluded += static_cast<int>(ii < lower.mii());
            EXPECT_FALSE(folded && feasible) << "II " << ii << ", " << rows << "x2, " << text_of(graph, variant);
            EXPECT_EQ(feasible_with_named_registers({built, cgra}, ii), feasible)
                << "II " << ii << ", " << rows << "x2, " << text_of(graph, variant);
          }
          ++tally.oracle;
          if (!answer.shortest) continue;
          ++tally.shortest;
          const int length = answer.mapping->schedule_length({built, cgra});
          EXPECT_FALSE(brute_force_feasible({built, cgra}, minimum, length - 1))
              << "shorter than " << length << ", " << rows << "x2, " << text_of(graph, variant);
        }
      }
    }
  }
  print("brute force", tally);
  EXPECT_GT(tally.excluded, tally.oracle / 5) << "too few II on which the bounds of links and storage are tried";
  EXPECT_GT(tally.folded, tally.oracle / 100) << "the folded formula refutes too little to be tried here";
  EXPECT_EQ(tally.shortest, tally.mapped) << "every schedule of so small a graph is proved shortest";
}

/// A few PEs in a row or a square on which values may pass units.
struct PassVariant {
  Variant variant;
  int rows = 1;
  int columns = 3;
  int mov_latency = 1;
};

TEST(ExactCross, PassingUnits_AgreesWithBruteForce) {
  Random random(7);
  Tally tally;
  int lowered = 0;
  int with_moves = 0;
  for (int nodes = 2; nodes <= 3; ++nodes) {
    const auto graphs = small_graphs(nodes, 2);
    for (const auto& graph : graphs) {
      for (const PassVariant each : {PassVariant{{1, 0, 2}}, PassVariant{{2, 0, 2}}, PassVariant{{1, 1, 2}},
                                     PassVariant{{1, 0, 2}, 2, 2}, PassVariant{{1, 0, 2}, 1, 3, 2}}) {
        if (!exhaustive() && random.below(graphs.size() * 5) >= 60) continue;
        auto cgra = array_of(each.variant, each.rows, each.columns);
        cgra.config_depth = 3;
        for (auto& kind : cgra.classes) kind.operations[dfg::Opcode::kMov] = {each.mov_latency, 1};
        const auto built = build(graph, nodes);
        const Problem problem{built, cgra, false, true};
        const auto text = text_of(graph, each.variant) + " on " + std::to_string(each.rows) + "x" +
                          std::to_string(each.columns) + ", mov " + std::to_string(each.mov_latency);
        const Answer answer = compare(problem, tally, text);
        const int minimum = answer.mapping ? answer.mapping->ii : 0;
        EXPECT_EQ(minimum, brute_force_minimum(problem, 3)) << text;
        with_moves += static_cast<int>(answer.moves > 0);
        const auto without = solve("exact", {built, cgra}, {.seconds = 60}, Context{});
        ASSERT_TRUE(without);
        const int before = without->mapping ? without->mapping->ii : 4;
        EXPECT_LE(minimum == 0 ? 4 : minimum, before) << text;
        lowered += static_cast<int>(minimum > 0 && minimum < before);
        for (int ii = answer.bounds.mii(); ii <= 3; ++ii)
          EXPECT_FALSE(refuted_folded(problem, ii) && minimum > 0 && minimum <= ii) << "II " << ii << ", " << text;
        ++tally.oracle;
        if (!answer.shortest) continue;
        const int length = answer.mapping->schedule_length(mapped_problem(problem, answer));
        EXPECT_FALSE(brute_force_feasible(problem, minimum, length - 1)) << "shorter than " << length << ", " << text;
      }
    }
  }
  print("passing units", tally);
  std::printf("%d with moves, %d with a smaller II than without\n", with_moves, lowered);
  EXPECT_GE(lowered, 3) << "too few problems in which passing units matters";
}

}  // namespace
}  // namespace heddle::mapper
