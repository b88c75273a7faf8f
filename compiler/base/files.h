// Whole files in and out; a written file appears complete or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace heddle {

/// Fails if the file cannot be opened or read.
Result<std::string> read_file(const std::filesystem::path& path);

/// Writes to a temporary beside `path`, then renames over it: a reader never sees a half-written file. Devices and
/// pipes are written to instead.
Status write_file(const std::filesystem::path& path, std::string_view content);

/// Names of the files with this suffix in a directory, without the suffix, sorted. A missing directory is empty.
std::vector<std::string> names_in(const std::filesystem::path& directory, const std::string& suffix);

/// FNV-1a of the bytes, 64 bits; `seed` chains several pieces. For cache keys and content hashes, not for security.
std::uint64_t content_hash(std::string_view bytes, std::uint64_t seed = 0xCBF29CE484222325U);

/// 16 lower-case hex digits.
std::string hex64(std::uint64_t value);

/// The candidate nearest to `name` by edit distance, or empty if none is near (at most a third of the letters differ).
template <class Range>
std::string nearest_name(std::string_view name, const Range& candidates);

/// Levenshtein distance.
std::size_t edit_distance(std::string_view a, std::string_view b);

template <class Range>
std::string nearest_name(std::string_view name, const Range& candidates) {
  std::string best;
  std::size_t best_distance = name.size() / 3 + 2;
  for (const auto& candidate : candidates) {
    const std::string_view text(candidate);
    const std::size_t distance = edit_distance(name, text);
    if (distance < best_distance) {
      best_distance = distance;
      best = std::string(text);
    }
  }
  return best;
}

}  // namespace heddle
