// Where the files that ship with Heddle are: architectures, kernels, schemas, RTL leaf modules, the kernel header.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/arch/swat.h"
#include "compiler/base/result.h"

namespace heddle::cli {

/// One tree with the same shape in the build directory and in an installed prefix.
struct DataFiles {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path architectures() const { return root / "workloads" / "architectures"; }
  [[nodiscard]] std::filesystem::path attention_arrays() const { return arch::swat_directory(architectures()); }
  [[nodiscard]] std::filesystem::path attention() const { return root / "workloads" / "attention"; }
  [[nodiscard]] std::filesystem::path systems() const { return root / "workloads" / "systems"; }
  [[nodiscard]] std::filesystem::path kernels() const { return root / "workloads" / "kernels"; }
  [[nodiscard]] std::filesystem::path trained_networks() const { return root / "workloads" / "networks" / "trained"; }
  [[nodiscard]] std::filesystem::path schemas() const { return root / "workloads" / "schema"; }
  [[nodiscard]] std::filesystem::path include() const { return root / "workloads" / "include"; }
  [[nodiscard]] std::filesystem::path rtl() const { return root / "rtl"; }
  [[nodiscard]] std::filesystem::path rtl_driver() const {
    return root / "runtime" / "session" / "rtl_driver" / "rtl_driver.cpp";
  }
  [[nodiscard]] std::filesystem::path swat_driver() const { return rtl_driver().parent_path() / "swat_driver.cpp"; }
};

/// $HEDDLE_DATA if set, else share/heddle beside the directory of the executable. Nothing is compiled in, so a binary
/// can be moved together with its prefix. Fails if there is no such tree, saying where it looked.
Result<DataFiles> find_data_files(const std::filesystem::path& executable, const char* heddle_data);

/// `name_or_path` if that file exists, else directory/NAMEsuffix; fails with the nearest shipped name. `what` is
/// "kernel", "schema", ...
Result<std::filesystem::path> resolve(const std::string& name_or_path, const std::filesystem::path& directory,
                                      const std::string& suffix, const std::string& what);

}  // namespace heddle::cli
