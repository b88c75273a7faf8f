// The dataflow graph of one loop: what an iteration computes, and what iterations pass to each other.
// Its meaning is fixed by docs/execution_model.md, section 2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/result.h"

namespace heddle::dfg {

using NodeId = Id<struct NodeTag>;
using ArrayId = Id<struct ArrayTag>;
using LiveInId = Id<struct LiveInTag>;

/// Numbers are the `op` field of the configuration word and the opcodes of the RTL: append only.
enum class Opcode : std::uint8_t {
  kNop = 0,
  kMov = 1,
  kAdd = 2,
  kSub = 3,
  kMul = 4,
  kAnd = 5,
  kOr = 6,
  kXor = 7,
  kShl = 8,
  kLshr = 9,
  kAshr = 10,
  kEq = 11,
  kNe = 12,
  kSlt = 13,
  kSle = 14,
  kUlt = 15,
  kUle = 16,
  kSmin = 17,
  kSmax = 18,
  kUmin = 19,
  kUmax = 20,
  kAbs = 21,
  kSelect = 22,
  kSext8 = 23,
  kSext16 = 24,
  kSext32 = 25,
  kZext8 = 26,
  kZext16 = 27,
  kZext32 = 28,
  kSdiv = 29,
  kSrem = 30,
  kUdiv = 31,
  kUrem = 32,
  // Integers packed into the low 32 bits of a word (packed_operations.h).
  kS8Dot = 33,
  kUs8Dot = 34,
  kS4Dot = 35,
  kUs4Dot = 36,
  kB8Pick = 37,
  // Memory operations: the access size and sign are part of the opcode, as the hardware decodes them.
  kLoadS8 = 40,
  kLoadU8 = 41,
  kLoadS16 = 42,
  kLoadU16 = 43,
  kLoadS32 = 44,
  kLoadU32 = 45,
  kLoad64 = 46,
  kStore8 = 48,
  kStore16 = 49,
  kStore32 = 50,
  kStore64 = 51,
  // Number formats (number_operations.h). fp32, fp16, bf16: a, b and c as the name says; the rest of the word is
  // ignored.
  kFp32Add = 64,
  kFp32Sub = 65,
  kFp32Mul = 66,
  kFp32Mac = 67,
  kFp32Min = 68,
  kFp32Max = 69,
  kFp32Lt = 70,
  kFp32Le = 71,
  kFp32Eq = 72,
  kFp32FromS32 = 73,
  kFp32FromU32 = 74,
  kFp32ToS32 = 75,
  kFp32ToU32 = 76,
  kFp16Add = 77,
  kFp16Sub = 78,
  kFp16Mul = 79,
  kFp16Mac = 80,
  kFp16Min = 81,
  kFp16Max = 82,
  kFp16Lt = 83,
  kFp16Le = 84,
  kFp16Eq = 85,
  kFp16ToFp32 = 86,
  kFp16FromFp32 = 87,
  kBf16Add = 88,
  kBf16Sub = 89,
  kBf16Mul = 90,
  kBf16Mac = 91,
  kBf16Min = 92,
  kBf16Max = 93,
  kBf16Lt = 94,
  kBf16Le = 95,
  kBf16Eq = 96,
  kBf16ToFp32 = 97,
  kBf16FromFp32 = 98,
  kE4m3Add = 99,
  kE4m3Mul = 100,
  kE4m3Mac = 101,
  kE4m3ToFp32 = 102,
  kE4m3FromFp32 = 103,
  kE5m2Add = 104,
  kE5m2Mul = 105,
  kE5m2Mac = 106,
  kE5m2ToFp32 = 107,
  kE5m2FromFp32 = 108,
  kE3m2Add = 109,
  kE3m2Mul = 110,
  kE3m2Mac = 111,
  kE3m2ToFp32 = 112,
  kE3m2FromFp32 = 113,
  kE2m3Add = 114,
  kE2m3Mul = 115,
  kE2m3Mac = 116,
  kE2m3ToFp32 = 117,
  kE2m3FromFp32 = 118,
  kE2m1Add = 119,
  kE2m1Mul = 120,
  kE2m1Mac = 121,
  kE2m1ToFp32 = 122,
  kE2m1FromFp32 = 123,
};
inline constexpr int kOpcodeBits = 7;

struct OpcodeInfo {
  Opcode op;
  std::string_view name;       ///< as in text, JSON and YAML: "add", "load_s8", ...
  int operands;                ///< how many of ports a, b (, c) must be present; the optional predicate is not counted
  bool commutative = false;    ///< a and b may be swapped
  int access_bytes = 0;        ///< memory operations: 1, 2, 4, 8
  bool access_signed = false;  ///< loads: sign-extend
  int word_bits = 1;           ///< needs words of at least so many bits
  bool optional_c = false;     ///< port c may be present, too; absent it reads 0
};

/// All opcodes but kNop, by number.
const std::vector<OpcodeInfo>& opcodes();
const OpcodeInfo& info(Opcode op);
std::optional<Opcode> opcode_named(std::string_view name);
inline std::string_view name(Opcode op) { return info(op).name; }
inline bool is_load(Opcode op) { return op >= Opcode::kLoadS8 && op <= Opcode::kLoad64; }
inline bool is_store(Opcode op) { return op >= Opcode::kStore8 && op <= Opcode::kStore64; }
inline bool is_memory(Opcode op) { return is_load(op) || is_store(op); }
inline bool is_division(Opcode op) { return op >= Opcode::kSdiv && op <= Opcode::kUrem; }
/// Integers packed into a word, described by packed_operation().
inline bool is_packed(Opcode op) { return op >= Opcode::kS8Dot && op <= Opcode::kB8Pick; }
/// Arithmetic of a number format, described by number_operation().
inline bool is_number(Opcode op) { return op >= Opcode::kFp32Add && op <= Opcode::kE2m1FromFp32; }

/// A word known before the run: a constant, a live-in, or the base of an array plus an offset in bytes.
struct Immediate {
  enum class Kind : std::uint8_t { kConstant, kLiveIn, kArrayBase };
  Kind kind = Kind::kConstant;
  std::int64_t value = 0;  ///< the constant, or the byte offset from the array's base; unused for a live-in
  LiveInId live_in;
  ArrayId array;

  static Immediate constant(std::int64_t value) { return {Kind::kConstant, value, {}, {}}; }
  static Immediate of_live_in(LiveInId id) { return {Kind::kLiveIn, 0, id, {}}; }
  static Immediate array_base(ArrayId id, std::int64_t offset) { return {Kind::kArrayBase, offset, {}, id}; }
  bool operator==(const Immediate&) const = default;
};

/// The first or the last iterations of an inner loop of the nest: those in which the loop begins or ends.
struct LoopEdge {
  int loop = 0;  ///< number in Graph::loops
  bool last = false;
  bool operator==(const LoopEdge&) const = default;
};

enum class Port : std::uint8_t { kA = 0, kB = 1, kC = 2 };
inline constexpr int kPorts = 3;

/// What a port reads: nothing, an immediate, or the value that `node` had `distance` iterations ago. With an `edge` it
/// reads `initial` in the iterations of that edge: a value of the iteration before starts afresh with each run of an
/// inner loop, and an immediate tells whether the loop begins, or ends.
struct Operand {
  enum class Kind : std::uint8_t { kAbsent, kImmediate, kNode };
  Kind kind = Kind::kAbsent;
  Immediate immediate;               ///< kImmediate
  NodeId node;                       ///< kNode
  int distance = 0;                  ///< kNode
  std::optional<Immediate> initial;  ///< kNode with distance > 0: the value of iterations < distance
  std::optional<LoopEdge> edge;      ///< `initial` is read at this edge instead; kNode: distance 1, first iterations

  static Operand absent() { return {}; }
  static Operand of(Immediate immediate);
  static Operand of(NodeId node, int distance = 0, std::optional<Immediate> initial = {});
  /// `at_edge` in the iterations of `edge`, else this operand.
  [[nodiscard]] Operand reset(Immediate at_edge, LoopEdge edge) const;
  [[nodiscard]] bool present() const { return kind != Kind::kAbsent; }
  [[nodiscard]] bool is_node() const { return kind == Kind::kNode; }
  bool operator==(const Operand&) const = default;
};

/// An operation. select: c ? a : b. load: a = index, c = predicate. store: a = index, b = data, c = predicate.
struct Node {
  Opcode op = Opcode::kMov;
  std::array<Operand, kPorts> operands;
  std::string name;             ///< for people; not necessarily unique
  Mark where;                   ///< source line
  std::optional<int> live_out;  ///< number of the live-out that this node's last value is
  // Memory operations only: address = base(array) + offset + (index << shift), the base advanced by `step` an
  // iteration.
  ArrayId array;
  std::int64_t offset = 0;
  int shift = 0;
  std::optional<Immediate> step;  ///< bytes an address generator adds after each iteration; the index may be absent
  /// What it adds instead after an iteration with which inner loops 0 .. l end, and no other: outer_steps[l], the last
  /// one for all l beyond.
  std::vector<Immediate> outer_steps;
  std::optional<LoopEdge> gate;  ///< the access happens in the iterations of this edge only

  [[nodiscard]] const Operand& port(Port p) const { return operands[static_cast<std::size_t>(p)]; }
  [[nodiscard]] Operand& port(Port p) { return operands[static_cast<std::size_t>(p)]; }
  bool operator==(const Node&) const = default;
};

/// `to` of iteration j + distance issues at least one cycle after `from` of iteration j.
struct OrderEdge {
  NodeId from;
  NodeId to;
  int distance = 0;
  bool operator==(const OrderEdge&) const = default;
};

/// A piece of host memory that the loop touches.
struct Array {
  std::string name;
  int element_bytes = 4;
  std::optional<std::int64_t> bytes;  ///< size of the touched range where it is known before the run
  bool read = false;
  bool written = false;
  bool operator==(const Array&) const = default;
};

struct LiveIn {
  std::string name;
  bool operator==(const LiveIn&) const = default;
};

struct LiveOut {
  std::string name;
  bool operator==(const LiveOut&) const = default;
};

/// Iterations that a value may be read after; keeps the histories of graphs from elsewhere finite.
inline constexpr int kMaxDistance = 65535;

/// A value: copy it freely. Nodes are in an order in which distance-0 operands, and the sources of distance-0 order
/// edges, come first (topological), which `verify` checks: running iterations and nodes in order is always legal.
struct Graph {
  std::string name;
  int word_bits = 32;
  std::vector<Node> nodes;
  std::vector<OrderEdge> order;
  std::vector<Array> arrays;
  std::vector<LiveIn> live_ins;
  std::vector<LiveOut> live_outs;
  std::optional<std::int64_t> trip_count;  ///< where it is known before the run
  /// Trip counts of the inner loops of a flattened nest, the innermost first: constants or live-ins. Loop l ends with
  /// every (loops[0] * ... * loops[l])th iteration. The outermost loop is not among them.
  std::vector<Immediate> loops;

  [[nodiscard]] const Node& node(NodeId id) const { return nodes[id.index()]; }
  [[nodiscard]] Node& node(NodeId id) { return nodes[id.index()]; }
  NodeId add(Node node) {
    nodes.push_back(std::move(node));
    return NodeId(static_cast<std::int64_t>(nodes.size()) - 1);
  }
  bool operator==(const Graph&) const = default;
};

/// A use of a value: port `port` of `to` reads `from` of `distance` iterations ago.
struct ValueEdge {
  NodeId from;
  NodeId to;
  Port port = Port::kA;
  int distance = 0;
};

/// All uses, by consumer and port.
std::vector<ValueEdge> value_edges(const Graph& graph);

/// The constant fields that `node` needs, in field order (memory operations: the base first, then the steps of its
/// address generator if it has one); equal immediates share one. An operand that is 0 but at an edge needs none for the
/// 0.
std::vector<Immediate> constant_fields(const Node& node);

}  // namespace heddle::dfg
