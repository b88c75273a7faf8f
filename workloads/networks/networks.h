// Networks of the usual shapes with seeded weights: for tests and for measurements that do not need trained ones.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::workloads {

struct NetworkInfo {
  std::string name;
  std::string description;
};

/// Every network, by name.
const std::vector<NetworkInfo>& networks();

/// The networks whose trained weights ship as workloads/networks/trained/NAME.onnx, by name.
const std::vector<NetworkInfo>& trained_networks();

/// The network. The same name and seed give the same graph. Fails on an unknown name, with the nearest one.
Result<network::Graph> make_network(const std::string& name, std::uint64_t seed);

}  // namespace heddle::workloads
