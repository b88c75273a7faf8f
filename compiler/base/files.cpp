#include "compiler/base/files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>
#include <system_error>
#include <vector>

namespace heddle {

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code))
    return fail(ErrorCode::kIo, "is a directory, expected a file", {path.string()});
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    const int error = errno;
    return fail(error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("cannot open: {}", std::strerror(error)), {path.string()});
  }
  std::ostringstream content;
  content << stream.rdbuf();
  if (stream.bad()) return fail(ErrorCode::kIo, "read failed", {path.string()});
  return std::move(content).str();
}

namespace {

/// Devices and pipes: a rename would put a file in their place.
Status write_in_place(const std::filesystem::path& path, std::string_view content) {
  std::ofstream stream(path, std::ios::binary);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  stream.close();
  if (stream) return {};
  return fail(ErrorCode::kIo, fmt::format("cannot write: {}", std::strerror(errno)), {path.string()});
}

}  // namespace

Status write_file(const std::filesystem::path& path, std::string_view content) {
  std::error_code unknown;
  const auto target = std::filesystem::status(path, unknown);
  if (!unknown && std::filesystem::is_other(target)) return write_in_place(path, content);
  static std::atomic<unsigned> counter{0};
  const std::filesystem::path temporary = path.string() + fmt::format(".tmp.{}.{}", ::getpid(), counter.fetch_add(1));
  std::ofstream stream(temporary, std::ios::binary | std::ios::trunc);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  stream.close();
  std::error_code code;
  if (!stream) {
    const int error = errno;
    std::filesystem::remove(temporary, code);
    return fail(ErrorCode::kIo, fmt::format("cannot write: {}", std::strerror(error)), {path.string()});
  }
  std::filesystem::rename(temporary, path, code);
  if (code) {
    const std::string why = code.message();
    std::filesystem::remove(temporary, code);
    return fail(ErrorCode::kIo, fmt::format("cannot write: {}", why), {path.string()});
  }
  return {};
}

std::vector<std::string> names_in(const std::filesystem::path& directory, const std::string& suffix) {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(directory, code)) {
    if (entry.path().extension() == suffix) names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t content_hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = seed;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001B3U;
  }
  return hash;
}

std::string hex64(std::uint64_t value) { return fmt::format("{:016x}", value); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace heddle
