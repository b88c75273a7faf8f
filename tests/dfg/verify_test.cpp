#include "compiler/dfg/verify.h"

#include <functional>

#include "compiler/dfg/text.h"
#include "tests/support/matchers.h"

namespace heddle::dfg {
namespace {

Graph sound() {
  return parse_text(
             "graph g word 32\narray A element 4 read write\nlive_in n\nlive_out r\n"
             "%i = add %i@1 init -1, 1  ; i, a.c:3:7\n"
             "%v = load_s32 A[%i << 2]  ; v, a.c:4\n"
             "%s = store_32 A[%i << 2], %v if $n  ; , a.c:5\n"
             "%r = select %v, %r@1 init $n, %i live_out r  ; r, a.c:6\n"
             "order %v -> %s\norder %s -> %v distance 1\n",
             "g.dfg")
      .value();
}

struct Case {
  const char* name;
  std::function<void(Graph&)> damage;
  const char* message;
};
void PrintTo(const Case& value, std::ostream* out) { *out << value.name; }

class Verify_DamagedGraph : public testing::TestWithParam<Case> {};

TEST_P(Verify_DamagedGraph, IsRefusedWithTheReason) {
  Graph graph = sound();
  ASSERT_THAT(verify(graph, Purpose::kExecution), IsOk());
  GetParam().damage(graph);
  EXPECT_THAT(verify(graph, Purpose::kExecution), HasError(ErrorCode::kBadInput, GetParam().message));
}

const Case kCases[] = {
    {"UnknownNode", [](Graph& g) { g.nodes[3].operands[0].node = NodeId(9); }, "operand a reads node 9"},
    {"InvalidNode", [](Graph& g) { g.nodes[3].operands[0].node = NodeId(); }, "operand a reads node -1"},
    {"StepOfArithmetic", [](Graph& g) { g.nodes[3].step = Immediate::constant(4); },
     "only memory operations have an address generator"},
    {"UnknownStep", [](Graph& g) { g.nodes[1].step = Immediate::of_live_in(LiveInId(7)); },
     "the step names live-in 7, which does not exist"},
    {"OuterStepsAlone",
     [](Graph& g) {
       g.loops = {Immediate::constant(2)};
       g.nodes[1].outer_steps = {Immediate::constant(4)};
     },
     "steps of outer loops, but none of its own"},
    {"MoreStepsThanLoops",
     [](Graph& g) {
       g.nodes[1].step = Immediate::constant(4);
       g.nodes[1].outer_steps = {Immediate::constant(4)};
     },
     "steps at the ends of 1 inner loops: the graph has 0"},
    {"GateOfArithmetic", [](Graph& g) { g.nodes[3].gate = LoopEdge{}; }, "only accesses are tied to an edge"},
    {"GateOfNoLoop", [](Graph& g) { g.nodes[1].gate = LoopEdge{1, true}; }, "inner loop 1 does not exist"},
    {"LoopOfABase", [](Graph& g) { g.loops = {Immediate::array_base(ArrayId(0), 0)}; }, "not an array's base"},
    {"LoopOfNoLiveIn", [](Graph& g) { g.loops = {Immediate::of_live_in(LiveInId(8))}; }, "names live-in 8"},
    {"FreshAtTheLastEdge",
     [](Graph& g) {
       g.loops = {Immediate::constant(2)};
       g.nodes[0].operands[0].edge = LoopEdge{0, true};
     },
     "its distance must be 1, and the edge first"},
    {"UnknownArray", [](Graph& g) { g.nodes[1].array = ArrayId(4); },
     "%n1 (load_s32 'v'): the memory operation names no array"},
    {"UnknownBase", [](Graph& g) { g.nodes[3].operands[2] = Operand::of(Immediate::array_base(ArrayId(2), 0)); },
     "names array 2"},
    {"UnknownLiveIn", [](Graph& g) { g.nodes[3].operands[1].initial->live_in = LiveInId(1); }, "names live-in 1"},
    {"MissingOperand", [](Graph& g) { g.nodes[0].operands[1] = {}; }, "operand b is missing"},
    {"ForbiddenOperand", [](Graph& g) { g.nodes[0].operands[2] = g.nodes[0].operands[1]; }, "add has no operand c"},
    {"LoadWithData", [](Graph& g) { g.nodes[1].operands[1] = Operand::of(NodeId(0)); }, "load_s32 has no operand b"},
    {"ReadsStore", [](Graph& g) { g.nodes[3].operands[0].node = NodeId(2); }, "reads a store"},
    {"NegativeDistance", [](Graph& g) { g.nodes[3].operands[1].distance = -1; }, "distance -1"},
    {"HugeDistance", [](Graph& g) { g.nodes[3].operands[1].distance = kMaxDistance + 1; }, "distance 65536"},
    {"NegativeOrderDistance", [](Graph& g) { g.order[0].distance = -2; }, "distance -2"},
    {"OrderOfUnknownNode", [](Graph& g) { g.order[0].to = NodeId(12); }, "order edge 1 -> 12"},
    {"SelfCycle", [](Graph& g) { g.nodes[0].operands[0] = Operand::of(NodeId(0)); },
     "cycle within one iteration: %n0 (add 'i') -> %n0"},
    {"OrderCycle", [](Graph& g) { g.order[1].distance = 0; }, "%n1 (load_s32 'v') -> %n2 (store_32) -> %n1"},
    {"NotTopological",
     [](Graph& g) {
       g.nodes[0].operands[1] = Operand::of(NodeId(3));
       g.nodes[3].operands[2] = g.nodes[3].operands[1];
       g.nodes[3].operands[0] = g.nodes[3].operands[1];
     },
     "%n0 (add 'i') comes before %n3"},
    {"OrderAgainstGraph",
     [](Graph& g) {
       g.order = {{NodeId(3), NodeId(1), 0}};
       g.nodes[3].operands[0] = Operand::of(NodeId(0));
     },
     "not in topological order"},
    {"MissingInitial", [](Graph& g) { g.nodes[0].operands[0].initial.reset(); }, "no initial value"},
    {"InitialAtDistanceZero", [](Graph& g) { g.nodes[3].operands[0].initial = Immediate::constant(0); },
     "but distance 0"},
    {"InitialOnImmediate", [](Graph& g) { g.nodes[0].operands[1].initial = Immediate::constant(0); },
     "is an immediate"},
    {"ShiftTooBig", [](Graph& g) { g.nodes[1].shift = 4; }, "shift 4"},
    {"LoadTooWide", [](Graph& g) { g.nodes[1].op = Opcode::kLoad64; }, "load_64 needs words of 64 bits"},
    {"ExtensionTooWide",
     [](Graph& g) {
       g.nodes[0].op = Opcode::kSext32;
       g.nodes[0].operands[1] = {};
     },
     "sext32 needs words of 64"},
    {"NoOpcode", [](Graph& g) { g.nodes[0].op = Opcode::kNop; }, "no such opcode: 0"},
    {"OpcodeHole", [](Graph& g) { g.nodes[0].op = static_cast<Opcode>(47); }, "no such opcode: 47"},
    {"LiveOutOfStore",
     [](Graph& g) {
       g.nodes[2].live_out = 0;
       g.nodes[3].live_out.reset();
     },
     "a store has no result"},
    {"LiveOutTwice", [](Graph& g) { g.nodes[0].live_out = 0; }, "live-out 0 already is %n0"},
    {"LiveOutMissing", [](Graph& g) { g.nodes[3].live_out.reset(); }, "live-out 0 'r' has no node"},
    {"LiveOutUnknown", [](Graph& g) { g.nodes[3].live_out = 1; }, "live-out 1 does not exist"},
    {"ArrayNamesRepeat", [](Graph& g) { g.arrays.push_back(g.arrays[0]); }, "two arrays are named 'A'"},
    {"LiveInNamesRepeat", [](Graph& g) { g.live_ins.push_back({"n"}); }, "two live-ins are named 'n'"},
    {"WordOfNoWidth", [](Graph& g) { g.word_bits = 8; }, "words of 8 bits"},
    {"NegativeTripCount", [](Graph& g) { g.trip_count = -1; }, "trip count -1"},
    {"ElementOfNoSize", [](Graph& g) { g.arrays[0].element_bytes = 0; }, "array 'A'"},
};

INSTANTIATE_TEST_SUITE_P(All, Verify_DamagedGraph, testing::ValuesIn(kCases),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(Verify_Mapping, AcceptsMissingInitialValues) {
  Graph graph = sound();
  graph.nodes[0].operands[0].initial.reset();
  EXPECT_THAT(verify(graph, Purpose::kMapping), IsOk());
}

TEST(Verify_Error, PointsAtTheSourceLine) {
  Graph graph = sound();
  graph.nodes[1].shift = 5;
  EXPECT_THAT(verify(graph, Purpose::kMapping),
              HasError(ErrorCode::kBadInput, "a.c:4: error: dataflow graph 'g': %n1"));
}

}  // namespace
}  // namespace heddle::dfg
