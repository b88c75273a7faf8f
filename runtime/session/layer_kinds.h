// What kind of work each layer of a network is, in words.
#pragma once

#include <map>
#include <string>

#include "compiler/network/graph.h"

namespace heddle::session {

/// By the layer's name: its operators with windows, strides and groups, and the elements of its operands, as
/// "IntegerConv 3x3 stride 2 depthwise + RequantizeSum, uint8 x int8". Layers of one kind differ in extents alone.
std::map<std::string, std::string> layer_kinds(const network::Graph& golden);

}  // namespace heddle::session
