// What is decided before code is made: which nodes make a layer, and where each value lies in memory and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/lowering/machine.h"
#include "compiler/network/graph.h"
#include "compiler/network/requantization.h"

namespace heddle::lowering {

/// Nodes whose loops become one nest: sums, and what is done to each sum.
struct Layer {
  std::string name;  ///< a C identifier, unique
  std::vector<network::NodeId> nodes;
  bool view = false;  ///< its result is its input in another shape, in the same memory: it has no code
};

/// A value in memory: row-major, the channels last if it has some, with a border along the spatial axes that is written
/// before the value and holds what a convolution pads with.
struct Buffer {
  bool channels_last = false;
  network::Extents shape;         ///< without border, in the order of memory
  network::Extents border_begin;  ///< per axis of `shape`
  network::Extents border_end;
  std::int64_t border = 0;  ///< the code in it

  [[nodiscard]] network::Extents full_shape() const;
  /// The elements of memory from one index to the next of each axis of `shape`.
  [[nodiscard]] network::Extents strides() const;
  /// Where logical axis `axis` (of the graph's value) is in `shape`.
  [[nodiscard]] std::size_t position(std::size_t axis) const;
};

/// What nodes that run together take and give: values from outside that are no constants, each once, in the order of
/// their reading; then the results of the last node.
std::vector<network::ValueId> operands_of(const network::Graph& graph, const std::vector<network::NodeId>& nodes);

/// What a run calls the memory of a value between layers.
std::string memory_name(network::ValueId id);

/// Row-major as the graph has it, without border.
Buffer plain_buffer(const network::Extents& shape);

struct Plan {
  std::vector<Layer> layers;                   ///< in order of execution
  std::vector<std::optional<Buffer>> buffers;  ///< by value; none for constants and for values inside a layer
  std::vector<network::Interval> codes;        ///< by value: what it can hold
};

/// Where `machine` has packed operations, inputs of convolutions get a border of channels, so that they have a multiple
/// of four, or of eight where codes and weights have four bits: their codes are taken by words.
Plan plan(const network::Graph& graph, const Machine& machine = {});

}  // namespace heddle::lowering
