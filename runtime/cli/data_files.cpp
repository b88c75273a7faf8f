#include "runtime/cli/data_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "compiler/base/files.h"

namespace heddle::cli {
namespace fs = std::filesystem;

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Result<DataFiles> find_data_files(const fs::path& executable, const char* heddle_data) {
  std::error_code code;
  if (heddle_data != nullptr && *heddle_data != '\0') {
    const fs::path root = fs::absolute(heddle_data, code);
    if (fs::is_directory(root / "workloads", code)) return DataFiles{root};
    return fail(ErrorCode::kNotFound, "HEDDLE_DATA names a directory without 'workloads'", {root.string()},
                "unset HEDDLE_DATA, or let it name PREFIX/share/heddle");
  }
  const fs::path root = fs::weakly_canonical(executable, code).parent_path().parent_path() / "share" / "heddle";
  if (fs::is_directory(root / "workloads", code)) return DataFiles{root};
  return fail(ErrorCode::kNotFound, "the data files of heddle are missing", {root.string()},
              "install them beside the executable (cmake --install), or set HEDDLE_DATA");
}

Result<fs::path> resolve(const std::string& name_or_path, const fs::path& directory, const std::string& suffix,
                         const std::string& what) {
  std::error_code code;
  if (fs::exists(name_or_path, code)) return fs::path(name_or_path);
  const bool is_path = name_or_path.find('/') != std::string::npos;
  if (!is_path && fs::exists(directory / (name_or_path + suffix), code)) return directory / (name_or_path + suffix);
  if (is_path) return fail(ErrorCode::kNotFound, fmt::format("no such {} file", what), {name_or_path});
  const std::vector<std::string> names = names_in(directory, suffix);
  const std::string stem = fs::path(name_or_path).stem().string();
  const std::string nearest = nearest_name(stem, names);
  const std::string hint =
      nearest.empty() ? fmt::format("there are: {}", joined(names)) : fmt::format("did you mean '{}'?", nearest);
  return fail(ErrorCode::kNotFound, fmt::format("'{}' is neither a file nor a shipped {}", name_or_path, what), {},
              hint);
}

}  // namespace heddle::cli
