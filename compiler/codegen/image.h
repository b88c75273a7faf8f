// A mapping as the bits that configure the array, and the list of what the host patches before each launch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/codegen/layout.h"
#include "compiler/dfg/graph.h"
#include "compiler/mapper/mapping.h"

namespace heddle::codegen {

/// Constant field `constant` of (pe, slot) takes a live-in, or an array's base address plus an offset.
struct Patch {
  arch::PeId pe;
  int slot = 0;
  int constant = 0;
  dfg::Immediate value;
  bool operator==(const Patch&) const = default;
};

/// Live-out `number` is live-out register `index` of `pe`.
struct LiveOutPlace {
  int number = 0;
  arch::PeId pe;
  int index = 0;
  bool operator==(const LiveOutPlace&) const = default;
};

/// The configuration of one region: `schema: "heddle.image/2"` (workloads/schema/image.json).
struct Image {
  std::string region;
  std::string arch;             ///< name of the architecture
  std::uint64_t arch_hash = 0;  ///< content hash of arch::to_json
  int ii = 1;
  int schedule_length = 1;
  std::vector<std::vector<std::vector<std::uint32_t>>> words;  ///< [pe][slot < ii][chunk]
  std::vector<Patch> patches;
  std::vector<LiveOutPlace> live_outs;
  std::vector<int> banks;  ///< by array, as in Mapping
  /// Trip counts of inner loops, the innermost first, which the host gives the loop unit: constants and live-ins.
  std::vector<dfg::Immediate> loops;
  bool operator==(const Image&) const = default;
};

/// What Image::arch_hash holds.
std::uint64_t architecture_hash(const arch::Cgra& cgra);

/// Turns a verified mapping into configuration words. Deterministic: the same mapping gives the same bits.
Image encode_image(const mapper::Problem& problem, const mapper::Mapping& mapping);

Json to_json(const Image& image);
/// Fails if malformed or made for another architecture. What the words say is not judged: see `differences`.
Result<Image> image_from_json(const Document& document, const arch::Cgra& cgra);

/// Where two images differ, in words: "PE (1,2) slot 3 field src_b: 4, expected 5"; empty if equal.
std::vector<std::string> differences(const arch::Cgra& cgra, const Image& image, const Image& expected);

}  // namespace heddle::codegen
