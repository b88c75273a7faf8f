// One visitor lists the fields in their order; layout, encode and decode are three uses of it, so they cannot disagree.
#include "compiler/codegen/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "compiler/base/check.h"
#include "compiler/dfg/words.h"

namespace heddle::codegen {
namespace {

constexpr int kMemShiftBits = 3;
constexpr int kChunkBits = 32;

int source_bits(const LayoutParameters& p) { return select_bits(2 + p.read_ports + p.inputs + p.constants); }
int stage_bits(const LayoutParameters& p) { return select_bits(p.max_stages + 1); }

/// The name of a field without building it: "base[index].part".
struct FieldName {
  const char* base;
  int index = -1;
  const char* part = "";
};

/// Calls visit(FieldName, width, value) for each field in ascending order; `Word` is PeWord or const PeWord.
template <class Word, class Visit>
void visit_fields(const LayoutParameters& p, Word& word, const Visit& visit) {
  const int source = source_bits(p);
  const int stage = stage_bits(p);
  const int init = select_bits(p.constants + 1);
  const int reg = select_bits(p.registers);
  const auto at = [](auto& list, int k) -> auto& { return list[static_cast<std::size_t>(k)]; };
  for (int k = 0; k < p.constants; ++k) visit(FieldName{"const", k}, p.word_bits, at(word.constants, k));
  visit(FieldName{"op"}, dfg::kOpcodeBits, word.op);
  visit(FieldName{"mem_shift"}, kMemShiftBits, word.mem_shift);
  visit(FieldName{"src_a"}, source, word.source[0]);
  visit(FieldName{"src_b"}, source, word.source[1]);
  visit(FieldName{"src_c"}, source, word.source[2]);
  visit(FieldName{"init_a"}, init, word.init[0]);
  visit(FieldName{"init_b"}, init, word.init[1]);
  visit(FieldName{"init_c"}, init, word.init[2]);
  visit(FieldName{"stage"}, stage, word.stage);
  visit(FieldName{"init_stage"}, stage, word.init_stage);
  visit(FieldName{"live_out"}, p.live_outs <= 0 ? 0 : select_bits(p.live_outs + 1), word.live_out);
  for (int k = 0; k < p.read_ports; ++k) visit(FieldName{"rf_read", k}, reg, at(word.rf_read, k));
  for (int k = 0; k < p.write_ports; ++k) {
    visit(FieldName{"rf_write", k, ".src"}, source, at(word.rf_write, k).source);
    visit(FieldName{"rf_write", k, ".reg"}, reg, at(word.rf_write, k).reg);
  }
  for (int k = 0; k < p.outputs; ++k) visit(FieldName{"link", k}, source, at(word.link, k));
  if (p.address_generators > 0) visit(FieldName{"generator"}, select_bits(p.address_generators + 1), word.generator);
  if (p.loop_levels == 0) return;
  const int edge = select_bits(2 * p.loop_levels + 1);
  visit(FieldName{"level_a"}, edge, word.level[0]);
  visit(FieldName{"level_b"}, edge, word.level[1]);
  visit(FieldName{"level_c"}, edge, word.level[2]);
  visit(FieldName{"gate"}, edge, word.gate);
  if (p.address_generators > 0) visit(FieldName{"steps"}, select_bits(p.loop_levels + 1), word.steps);
}

std::string spell(const FieldName& name) {
  return name.index < 0 ? std::string(name.base) : fmt::format("{}[{}]{}", name.base, name.index, name.part);
}

void write_bits(std::vector<std::uint32_t>& chunks, int lsb, int width, std::uint64_t value) {
  for (int bit = 0; bit < width; ++bit) {
    const auto place = static_cast<unsigned>(lsb + bit);
    if ((value >> static_cast<unsigned>(bit)) & 1U) chunks[place / kChunkBits] |= 1U << (place % kChunkBits);
  }
}

std::uint64_t read_bits(const std::vector<std::uint32_t>& chunks, int lsb, int width) {
  std::uint64_t value = 0;
  for (int bit = 0; bit < width; ++bit) {
    const auto place = static_cast<unsigned>(lsb + bit);
    value |= std::uint64_t{(chunks[place / kChunkBits] >> (place % kChunkBits)) & 1U} << static_cast<unsigned>(bit);
  }
  return value;
}

}  // namespace

int select_bits(int count) {
  if (count <= 0) return 0;
  return std::max(1, static_cast<int>(std::bit_width(static_cast<unsigned>(count - 1))));
}

const Field& Layout::field(const std::string& name) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  HEDDLE_CHECK(found != fields.end(), "no configuration field " + name);
  return *found;
}

Layout layout(const LayoutParameters& parameters) {
  Layout result;
  result.parameters = parameters;
  result.source_bits = source_bits(parameters);
  result.stage_bits = stage_bits(parameters);
  PeWord word = idle_word(parameters);
  visit_fields(parameters, word, [&result](const FieldName& name, int width, const auto&) {
    result.fields.push_back({spell(name), result.bits, width});
    result.bits += width;
  });
  result.chunks = (result.bits + kChunkBits - 1) / kChunkBits;
  return result;
}

LayoutParameters layout_parameters(const arch::Cgra& cgra, arch::PeId pe) {
  const arch::PeClass& kind = cgra.pe_class(pe);
  LayoutParameters parameters;
  parameters.word_bits = cgra.word_bits;
  parameters.inputs = static_cast<int>(cgra.in_links[pe.index()].size());
  parameters.outputs = static_cast<int>(cgra.out_links[pe.index()].size());
  parameters.registers = kind.registers;
  parameters.read_ports = kind.rf_read_ports;
  parameters.write_ports = kind.rf_write_ports;
  parameters.constants = kind.constants;
  parameters.live_outs = kind.live_outs;
  parameters.max_stages = cgra.max_stages;
  parameters.address_generators = kind.address_generators;
  parameters.loop_levels = cgra.loop_levels;
  return parameters;
}

std::uint64_t register_reads(const LayoutParameters& parameters, const PeWord& word) {
  std::vector<int> used;
  if (word.op != 0) used.insert(used.end(), std::begin(word.source), std::end(word.source));
  used.insert(used.end(), word.link.begin(), word.link.end());
  for (const auto& write : word.rf_write) used.push_back(write.source);
  std::uint64_t reads = 0;
  for (int port = 0; port < parameters.read_ports; ++port)
    reads += std::find(used.begin(), used.end(), Layout::read_port(port)) != used.end() ? 1 : 0;
  return reads;
}

std::vector<std::uint32_t> encode(const Layout& layout, const PeWord& word) {
  std::vector<std::uint32_t> chunks(static_cast<std::size_t>(layout.chunks), 0);
  int lsb = 0;
  visit_fields(layout.parameters, word, [&](const FieldName& name, int width, const auto& value) {
    const auto bits = static_cast<std::uint64_t>(value);
    HEDDLE_CHECK(width == 0 ? bits == 0 : (bits & ~dfg::word_mask(width)) == 0,
                 fmt::format("{} = {} does not fit {} bits", spell(name), value, width));
    write_bits(chunks, lsb, width, bits);
    lsb += width;
  });
  return chunks;
}

PeWord decode(const Layout& layout, const std::vector<std::uint32_t>& chunks) {
  HEDDLE_CHECK(chunks.size() >= static_cast<std::size_t>(layout.chunks), "a configuration word is too short");
  PeWord word = idle_word(layout.parameters);
  int lsb = 0;
  visit_fields(layout.parameters, word, [&](const FieldName&, int width, auto& value) {
    value = static_cast<std::remove_reference_t<decltype(value)>>(read_bits(chunks, lsb, width));
    lsb += width;
  });
  return word;
}

PeWord idle_word(const LayoutParameters& parameters) {
  const auto size = [](int count) { return static_cast<std::size_t>(std::max(count, 0)); };
  PeWord word;
  word.constants.assign(size(parameters.constants), 0);
  word.rf_read.assign(size(parameters.read_ports), 0);
  word.rf_write.assign(size(parameters.write_ports), {});
  word.link.assign(size(parameters.outputs), 0);
  return word;
}

}  // namespace heddle::codegen
