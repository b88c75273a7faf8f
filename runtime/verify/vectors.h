// Inputs for kernels: random, edge cases, and the user's own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/frontend/frontend.h"
#include "runtime/session/session.h"

namespace heddle::verify {

struct Vector {
  std::string name;  ///< "random 2", "integers 7", "buffers -1"
  std::vector<session::Argument> arguments;
};

struct VectorOptions {
  int random = 4;
  bool edge_cases = true;
  std::uint64_t seed = 1;
  std::vector<std::int64_t> trip_counts = {};  ///< worth trying as integers: around the number of stages
};

/// Integers and elements keep to HEDDLE_RANGE. Without a range, elements take any value of their type, and integers
/// stay within 0 .. 16 and the smallest buffer, because most of them are sizes. Buffers of unknown extent get
/// `kUnknownElements` elements.
std::vector<Vector> make_vectors(const frontend::Kernel& kernel, const VectorOptions& options);
inline constexpr std::int64_t kUnknownElements = 4096;

/// The arguments of `kernel` from an .npz: a buffer's bytes, or a scalar for an integer, by parameter name. Fails if a
/// parameter is missing, a buffer is smaller than declared, or an integer is not one element.
Result<Vector> read_vector(const frontend::Kernel& kernel, const std::filesystem::path& path);

}  // namespace heddle::verify
