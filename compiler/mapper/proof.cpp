#include "compiler/mapper/proof.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "compiler/base/files.h"
#include "compiler/mapper/exact/decode.h"
#include "compiler/mapper/exact/drup.h"
#include "compiler/mapper/exact/folded.h"
#include "compiler/mapper/exact/instance.h"
#include "compiler/mapper/explain.h"
#include "compiler/mapper/thread_time.h"

namespace heddle::mapper {
namespace {

using exact::Verdict;

/// Removes a file that was not finished.
struct Draft {
  std::string path;
  explicit Draft(std::string where) : path(std::move(where)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

/// What a reader of the formula must know and cannot see.
std::vector<std::string> preamble(const Problem& problem, const exact::Instance& instance, int ii,
                                  const std::string& scope, const std::set<int>& named) {
  std::vector<std::string> lines = {
      fmt::format("there is a mapping of '{}' on '{}' with II {}", problem.graph.name, problem.cgra.name, ii), scope,
      fixed_text(problem),
      fmt::format("registers are counted, not named{}", named.empty() ? "" : ", but on these PEs they are named:")};
  for (const int pe : named) lines.back() += fmt::format(" {}", pe);
  std::string orbit;
  for (const int pe : instance.representatives()) orbit += fmt::format(" {}", pe);
  lines.push_back(fmt::format("by the array's symmetry {} is on one of the PEs{}",
                              describe(problem.graph, dfg::NodeId(instance.pinned())), orbit));
  return lines;
}

class Refuter {
 public:
  Refuter(const Problem& problem, int ii, const exact::Instance& instance, const std::vector<int>& banks,
          const Options& options, const Context& context)
      : problem_(problem),
        instance_(instance),
        banks_(banks),
        options_(options),
        context_(context),
        schedule_(instance.task(), ii),
        question_(instance.question(schedule_, ii, instance.longest_horizon(ii))),
        horizon_(question_.horizon) {}

  /// The formula refuted; its proof is in the file `proof`.
  Result<std::string> formula(const std::string& proof) {
    HEDDLE_ASSIGN(std::string folded, folded_formula(proof));
    return folded.empty() ? full_formula(proof) : folded;
  }

  [[nodiscard]] bool stopped() const { return context_.cancelled() || thread_seconds() - start_ > options_.seconds; }
  [[nodiscard]] tl::unexpected<Error> unfinished() const {
    if (context_.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("the proof for II {} was not finished in {:g} s of CPU time", question_.ii, options_.seconds), {},
        "give it more with --time");
  }
  [[nodiscard]] int horizon() const { return horizon_; }
  [[nodiscard]] double seconds() const { return thread_seconds() - start_; }

  std::int64_t clauses = 0;

 private:
  /// Empty: the relaxation does not refute this II, or not soon.
  Result<std::string> folded_formula(const std::string& proof) {
    constexpr std::int64_t kConflicts = 1'000'000;
    exact::Folded folded(question_, proof);
    if (!folded.sat().proof_opened()) return fail(ErrorCode::kIo, fmt::format("cannot write '{}'", proof));
    const Verdict verdict = folded.solve([this] { return stopped(); }, kConflicts);
    folded.sat().close_proof();
    if (verdict != Verdict::kUnsatisfiable) return std::string();
    horizon_ = 0;
    return written(
        folded, "for every schedule, placement and route: slots are cycles modulo II, iterations are not told apart");
  }

  Result<std::string> full_formula(const std::string& proof) {
    for (;;) {
      exact::Model model(question_, proof);
      if (!model.sat().proof_opened()) return fail(ErrorCode::kIo, fmt::format("cannot write '{}'", proof));
      for (const int pe : named_) model.name_registers(pe);
      const Verdict verdict = model.solve([this] { return stopped(); });
      if (verdict == Verdict::kUnknown) return unfinished();
      if (verdict == Verdict::kUnsatisfiable) {
        model.sat().close_proof();
        return written(
            model,
            fmt::format("for every schedule that fits into {} stages ({} cycles), every placement and every route",
                        problem_.cgra.max_stages + 1, question_.horizon));
      }
      const auto decoded = exact::decode(model, question_, problem_, banks_);
      if (std::holds_alternative<Mapping>(decoded))
        return fail(ErrorCode::kInfeasible, fmt::format("II {} cannot be refuted: there is a mapping", question_.ii));
      named_.insert(std::get<exact::FullFile>(decoded).pe);
    }
  }

  template <class Formula>
  std::string written(Formula& formula, const std::string& scope) {
    clauses = formula.clauses();
    auto comments = preamble(problem_, instance_, question_.ii, scope, named_);
    std::vector<std::string> names;
    names.reserve(problem_.graph.nodes.size());
    for (std::size_t n = 0; n < problem_.graph.nodes.size(); ++n)
      names.push_back(describe(problem_.graph, dfg::NodeId(static_cast<std::int64_t>(n))));
    for (auto& line : formula.glossary(names)) comments.push_back(std::move(line));
    return formula.sat().dimacs(comments);
  }

  const Problem& problem_;
  const exact::Instance& instance_;
  const std::vector<int>& banks_;
  const Options& options_;
  const Context& context_;
  double start_ = thread_seconds();
  search::Schedule schedule_;
  exact::Question question_;
  int horizon_;          ///< see Refutation
  std::set<int> named_;  ///< PEs whose registers the formula must name
};

}  // namespace

Result<Refutation> refute(const Problem& problem, int ii, const std::string& formula_path,
                          const std::string& proof_path, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(const Bounds lower, bounds(problem));
  if (ii < lower.mii())
    return fail(ErrorCode::kUnsupported,
                fmt::format("II {} needs no formula, its lower bound is the proof: {}", ii, tightest(lower).witness));
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  const exact::Instance instance(problem, capability, lower.banks);
  Refuter refuter(problem, ii, instance, lower.banks, options, context);
  const Draft draft(proof_path + ".part");
  HEDDLE_ASSIGN(const std::string formula, refuter.formula(draft.path));
  HEDDLE_ASSIGN(const std::string proof, read_file(draft.path));
  auto checked = exact::check_drup(formula, proof, [&] { return refuter.stopped(); });
  if (!checked && checked.error().code == ErrorCode::kInterrupted) return refuter.unfinished();
  HEDDLE_TRY(checked);
  HEDDLE_TRY(write_file(formula_path, formula));
  HEDDLE_TRY(write_file(proof_path, proof));
  return Refutation{ii, refuter.horizon(), refuter.clauses, checked->lemmas, refuter.seconds()};
}

}  // namespace heddle::mapper
