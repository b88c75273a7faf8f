// Turns a loop nest into a dataflow graph, and says what the host must prepare for a launch.
#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/PostDominators.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>

#include <functional>
#include <map>
#include <optional>

#include "compiler/frontend/frontend.h"
#include "compiler/frontend/loop_nest.h"
#include "compiler/frontend/widths.h"
#include "compiler/frontend/word_graph.h"

namespace heddle::frontend {

inline constexpr std::uint64_t kAddressBits = 32;  ///< docs/execution_model.md, section 1

/// A live-in word: an expression of the host, extended to the word's 64-bit carrier.
struct HostWord {
  const llvm::SCEV* value = nullptr;
  Need extension = Need::kAny;
};

/// One load or store of the nest.
struct Access {
  llvm::Instruction* instruction = nullptr;
  const llvm::SCEV* address = nullptr;
  std::int64_t bytes = 0;
  bool is_store = false;
  bool conditional = false;
  dfg::ArrayId array;
  dfg::NodeId node;
};

/// An array operand of a launch: `base` is the address that index 0, offset 0 means.
struct HostArray {
  const llvm::SCEV* base = nullptr;
};

/// A value used after the nest, through `phi` of its exit block: live-out `number`, or `computed` by the host.
struct HostResult {
  llvm::PHINode* phi = nullptr;
  int number = -1;
  const llvm::SCEV* computed = nullptr;
  bool sign_extended = false;  ///< of results wider than a word
};

/// Everything a launch stub needs.
struct RegionPlan {
  LoopNest nest;
  dfg::Graph graph;
  std::vector<HostWord> live_ins;
  std::vector<HostArray> arrays;
  std::vector<Access> accesses;
  std::vector<HostResult> results;
};

struct RegionAnalyses {
  LoopAnalyses loops;
  llvm::PostDominatorTree& post_dominators;
  llvm::AAResults& aliases;
};

/// Fails with the reason if something in the nest does not fit the array.
OrRefusal<RegionPlan> build_region(LoopNest nest, const std::string& name, const RegionAnalyses& analyses,
                                   const Target& target);

/// An index expression as a start and a step for each level of the nest.
struct Affine {
  const llvm::SCEV* start = nullptr;
  std::vector<const llvm::SCEV*> steps;
};
std::optional<Affine> affine_in(const LoopNest& nest, const llvm::SCEV* expression, llvm::ScalarEvolution& evolution);

/// The work of build_region; its parts are spread over region_*.cpp by concern.
class RegionBuilder {
 public:
  RegionBuilder(LoopNest nest, const std::string& name, const RegionAnalyses& analyses, const Target& target);
  OrRefusal<RegionPlan> build();

 private:
  using Position = LoopNest::Position;
  using Part = LoopNest::Part;

  // region_builder.cpp
  void refuse(const std::string& reason);
  void at(const llvm::Instruction& instruction);
  void build_memory();
  void build_results();
  void define_pending();
  void check_expandable();
  void check_operations(const dfg::Graph& graph);

  // region_values.cpp: instructions to words
  Word value(const llvm::Value* value, Need need);
  Word fixed(const llvm::Value* value, Need need);
  Word live_in(const llvm::SCEV* expression, Need extension);
  Word base_word(const llvm::Instruction& instruction);
  Word extended(const Word& word, unsigned bits, Need need);
  Word cast(const llvm::CastInst& cast);
  Word binary(const llvm::BinaryOperator& binary);
  Word bitwise_and(const llvm::BinaryOperator& binary);
  Word compare(const llvm::ICmpInst& compare);
  Word call(const llvm::CallInst& call);
  /// Operands of an operation that looks at all bits, in a common form.
  std::optional<std::pair<Word, Word>> whole(const llvm::Value* a, const llvm::Value* b, bool as_signed, bool either);

  // region_numbers.cpp: float and the functions of heddle/numbers.h
  Word fixed_float(const llvm::Value* value);
  Word float_binary(const llvm::BinaryOperator& binary);
  Word float_negation(const llvm::UnaryOperator& negation);
  Word float_compare(const llvm::FCmpInst& compare);
  Word integer_to_float(const llvm::CastInst& cast);
  Word float_to_integer(const llvm::CastInst& cast);
  std::optional<Word> number_cast(const llvm::CastInst& cast);
  std::optional<Word> number_call(const llvm::CallInst& call);

  // region_packed.cpp: the functions of heddle/packed.h
  Word packed_dot(const llvm::CallInst& call);
  Word products(const llvm::CallInst& dot);

  // region_control.cpp: predicates, phis and the counters of a flattened nest
  void build_counters();
  Word begins(int level);    ///< loop `level` starts in this iteration
  Word finishes(int level);  ///< loop `level` ends with this iteration
  Word block_predicate(llvm::BasicBlock* block);
  Word edge_predicate(llvm::BasicBlock* from, llvm::BasicBlock* to);
  Word base_predicate(const Position& position);
  Word phi(const llvm::PHINode& phi);
  Word merge_phi(const llvm::PHINode& phi);
  Word gated(const llvm::PHINode& phi, llvm::BasicBlock* from, llvm::DenseMap<llvm::BasicBlock*, Word>& known);
  Word header_phi(const llvm::PHINode& phi, int level);
  Word phi_at_begin(const llvm::PHINode& phi, int level);
  Need phi_need(const llvm::PHINode& phi) const;
  const llvm::Value* through_lcssa(const llvm::Value* value) const;

  // region_addresses.cpp: index expressions and arrays
  void collect_accesses();
  Place place(const llvm::Instruction& instruction);
  std::optional<Place> place_of(const Access& access, dfg::ArrayId array, const llvm::SCEV* base);
  bool step_by_generator(Place& place, const Affine& affine);
  dfg::ArrayId array_for(const llvm::SCEV* base, const llvm::Value* object, std::int64_t bytes);
  std::optional<Word> word_of(const llvm::SCEV* expression);
  Word affine_word(const Affine& affine, std::int64_t* constant);
  std::optional<Word> quotient_of(const llvm::SCEVUDivExpr& quotient);
  std::optional<Word> extreme_of(const llvm::SCEVMinMaxExpr& extreme);
  std::optional<Word> sum_of(const llvm::SCEVAddExpr& sum);
  const llvm::SCEV* divided(const llvm::SCEV* expression, unsigned shift);
  const llvm::SCEV* to_word(const llvm::SCEV* expression);
  dfg::Immediate immediate_of(const llvm::SCEV* expression);
  const llvm::SCEV* step_into(const Affine& affine, int level);

  // region_memory.cpp
  Word load(const llvm::LoadInst& load);
  bool may_be_overwritten(const Access& access) const;

  llvm::ScalarEvolution& evolution() const { return analyses_.loops.evolution; }

  RegionPlan plan_;
  LoopNest& nest_;
  RegionAnalyses analyses_;
  const Target& target_;
  unsigned word_bits_;
  Widths widths_;
  WordGraph graph_;
  std::optional<Refusal> refusal_;

  llvm::DenseMap<const llvm::Value*, Word> words_;
  std::map<std::pair<const llvm::SCEV*, Need>, dfg::LiveInId> live_ins_;
  llvm::DenseMap<const llvm::Value*, llvm::Value*> float_bits_;  ///< integers that the host makes of its floats
  std::map<std::string, int> names_;
  std::map<const llvm::SCEV*, dfg::ArrayId> arrays_;
  llvm::DenseMap<const llvm::Instruction*, std::size_t> access_of_;

  struct Induction {
    Word word;
    std::int64_t constant = 0;
  };
  std::map<std::vector<const llvm::SCEV*>, Induction> inductions_;

  /// Recurrences whose next value is still to be built.
  struct Pending {
    Word earlier;
    const llvm::Value* next = nullptr;
    Need need = Need::kAny;
  };
  std::vector<Pending> pending_;

  int generators_left_;

  std::vector<Word> begins_;
  std::vector<Word> finishes_;
  llvm::DenseMap<llvm::BasicBlock*, Word> predicates_;

  std::string unique_name(std::string name);
};

/// May the two touch the same bytes in any iterations?
bool may_alias(const Access& a, const Access& b, const LoopNest& nest, llvm::AAResults& aliases);

/// Order edges between accesses that may touch the same bytes (docs/execution_model.md, section 2).
void add_order_edges(const RegionPlan& plan, const RegionAnalyses& analyses,
                     const std::function<void(dfg::NodeId, dfg::NodeId, int)>& order);

}  // namespace heddle::frontend
