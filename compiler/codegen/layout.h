// The layout of a PE's configuration word (docs/execution_model.md, section 5): the one source for encoder, models and
// RTL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::codegen {

/// A run of bits in a configuration word.
struct Field {
  std::string name;  ///< as in the documentation: "const[0]", "op", "rf_write[1].src", "link[2]"
  int lsb = 0;
  int width = 0;
};

/// The numbers that fix a layout; also the parameters of the RTL module of the PE.
struct LayoutParameters {
  int word_bits = 32;
  int inputs = 0;   ///< incoming links
  int outputs = 0;  ///< outgoing links
  int registers = 4;
  int read_ports = 2;
  int write_ports = 1;
  int constants = 2;
  int live_outs = 2;
  int max_stages = 32;
  int address_generators = 0;
  int loop_levels = 0;
};

struct Layout {
  LayoutParameters parameters;
  std::vector<Field> fields;  ///< ascending lsb, without gaps
  int bits = 0;
  int chunks = 0;       ///< 32-bit chunks in configuration memory
  int source_bits = 0;  ///< S
  int stage_bits = 0;   ///< T

  [[nodiscard]] const Field& field(const std::string& name) const;
  // Source codes.
  [[nodiscard]] static int none() { return 0; }
  [[nodiscard]] static int result() { return 1; }
  [[nodiscard]] static int read_port(int k) { return 2 + k; }
  [[nodiscard]] int input(int k) const { return 2 + parameters.read_ports + k; }
  [[nodiscard]] int constant(int k) const { return 2 + parameters.read_ports + parameters.inputs + k; }
};

/// Bits to number `count` values: clog2, but 0 for count <= 0 and 1 for count = 1.
int select_bits(int count);

Layout layout(const LayoutParameters& parameters);
LayoutParameters layout_parameters(const arch::Cgra& cgra, arch::PeId pe);

/// A configuration word, decoded: what the models execute. Source codes as in the layout.
struct PeWord {
  std::vector<std::uint64_t> constants;
  int op = 0;
  int mem_shift = 0;
  int source[3] = {0, 0, 0};
  int init[3] = {0, 0, 0};
  int stage = 0;
  int init_stage = 0;
  int live_out = 0;
  std::vector<int> rf_read;  ///< register by read port
  struct Write {
    int source = 0;
    int reg = 0;
    bool operator==(const Write&) const = default;
  };
  std::vector<Write> rf_write;
  std::vector<int> link;  ///< source code by outgoing link
  int generator = 0;      ///< 0: none; g + 1: address generator g
  /// Loop edges (codegen::edge_code): at which one each operand takes its constant, and by which one the access is
  /// gated.
  int level[3] = {0, 0, 0};
  int gate = 0;
  int steps = 0;  ///< outer loops that have a step of their own: const[2], const[3], ...
  bool operator==(const PeWord&) const = default;
};

/// Chunks, low first; decode(encode(w)) == w. Every value must fit its field.
std::vector<std::uint32_t> encode(const Layout& layout, const PeWord& word);
PeWord decode(const Layout& layout, const std::vector<std::uint32_t>& chunks);
/// 0: none; 1 + 2l: the first iteration of inner loop l; 2 + 2l: its last.
inline int edge_code(const std::optional<dfg::LoopEdge>& edge) {
  return edge ? 1 + 2 * edge->loop + (edge->last ? 1 : 0) : 0;
}
/// Read ports that an operand, a link or a register write takes its value from.
std::uint64_t register_reads(const LayoutParameters& parameters, const PeWord& word);
/// An all-idle word.
PeWord idle_word(const LayoutParameters& parameters);

}  // namespace heddle::codegen
