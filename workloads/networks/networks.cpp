#include "workloads/networks/networks.h"

#include <fmt/format.h>

#include "compiler/base/files.h"
#include "workloads/networks/convolutional.h"
#include "workloads/networks/other.h"

namespace heddle::workloads {
namespace {

struct Entry {
  const char* name;
  const char* description;
  Result<network::Graph> (*make)(std::uint64_t seed);
};

constexpr Entry kEntries[] = {
    {"autoencoder", "Deep autoencoder of MLPerf Tiny: 640 features to 8 and back", autoencoder},
    {"ds_cnn", "Depthwise separable network for key words, 49x10 features", ds_cnn},
    {"gcn", "Graph convolutions of Cora's shape: adjacency and features are inputs", gcn},
    {"lenet5", "LeNet-5 on 28x28 images", lenet5},
    {"mobilenet_v1_025", "MobileNetV1 of width 0.25 on 96x96 images", mobilenet_v1_025},
    {"mobilenet_v2", "MobileNetV2 on 224x224 images", mobilenet_v2},
    {"resnet18", "ResNet-18 on 224x224 images", resnet18},
    {"resnet20", "ResNet-20 on 32x32 images", resnet20},
    {"resnet8", "ResNet-8 of MLPerf Tiny on 32x32 images", resnet8},
    {"vgg16", "VGG-16 on 224x224 images (138 million weights)", vgg16},
    {"vit_small", "A small vision transformer on 32x32 images", vit_small},
    {"window_transformer", "Two encoder blocks with window attention over 256 tokens", window_transformer},
};

}  // namespace

const std::vector<NetworkInfo>& networks() {
  static const std::vector<NetworkInfo> kNetworks = [] {
    std::vector<NetworkInfo> list;
    for (const Entry& entry : kEntries) list.push_back({entry.name, entry.description});
    return list;
  }();
  return kNetworks;
}

const std::vector<NetworkInfo>& trained_networks() {
  static const std::vector<NetworkInfo> kTrained = {
      {"lenet5_fashion", "LeNet-5 trained on Fashion-MNIST: 90.82 % of the test images"},
      {"resnet8_fashion", "ResNet-8 on gray images, trained on Fashion-MNIST: 92.41 % of the test images"},
  };
  return kTrained;
}

Result<network::Graph> make_network(const std::string& name, std::uint64_t seed) {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) {
    if (entry.name == name) return entry.make(seed);
    names.emplace_back(entry.name);
  }
  const std::string nearest = nearest_name(name, names);
  return fail(ErrorCode::kNotFound, fmt::format("there is no network '{}'", name), {},
              nearest.empty() ? "heddle list networks" : fmt::format("did you mean '{}'?", nearest));
}

}  // namespace heddle::workloads
