// The window-attention array as a value (heddle.arch/1 with `arch: swat`). docs/attention.md describes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "compiler/numerics/format.h"

namespace heddle::arch {

/// What a description stands for.
enum class SwatKind : std::uint8_t {
  kQueryStationary,  ///< ours: golden model, formula, SystemC and RTL
  kPublished,        ///< DAC 2024 as reconstructed: a model of cycles only
};

struct Swat {
  std::string name;
  std::string description;
  SwatKind kind = SwatKind::kQueryStationary;
  std::int32_t groups = 1;
  std::int32_t rows = 8;             ///< cores of a group
  std::int32_t head_dim = 64;        ///< the largest; a power of two
  std::int32_t slots = 64;           ///< keys (and values) of a group's store; a power of two
  std::int32_t run_queue = 4;        ///< runs that a group keeps ahead
  std::int32_t stream_elements = 4;  ///< of the input and the output stream, each cycle; a power of two
  numerics::ScalarFormat format;     ///< of queries, keys, values
  numerics::ScalarFormat output;
  double mhz = 300;
  bool operator==(const Swat&) const = default;
};

/// Cores of the array.
inline std::int32_t cores(const Swat& array) { return array.groups * array.rows; }
/// Two of each core: one for scores, one for outputs.
inline std::int32_t multipliers(const Swat& array) { return 2 * cores(array); }

/// The JSON Schema of `arch: swat`.
const Json& swat_schema();
/// Whether the document says `arch: swat`, so that swat_from_document reads it.
bool is_swat(const Document& document);

/// Errors carry file:line:col, the key path and the nearest valid key.
Result<Swat> swat_from_document(const Document& document);
Result<Swat> load_swat(const std::filesystem::path& path);
/// The file, or the shipped array of that name in `directory`; fails with the nearest name.
Result<Swat> find_swat(const std::string& name_or_path, const std::filesystem::path& directory);
Json to_json(const Swat& array);

/// Of the folder of architectures: where the shipped arrays of this kind are.
inline std::filesystem::path swat_directory(const std::filesystem::path& architectures_dir) {
  return architectures_dir / "attention";
}

}  // namespace heddle::arch
