// The committed tables of multiply-accumulate units and of conversions, for tests.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/base/files.h"
#include "cost_models/fpga/convert_point.h"
#include "cost_models/fpga/mac_table.h"

namespace heddle::fpga {

inline std::filesystem::path calibration_file(const char* file) {
  return std::filesystem::path(HEDDLE_SOURCE_DIR) / "cost_models/calibration" / file;
}

inline const std::string& committed_text() {
  static const std::string kText = read_file(calibration_file("mac.csv")).value();
  return kText;
}

inline const MacTable& committed_table() {
  static const MacTable kTable = parse_mac_table(committed_text(), "mac.csv").value();
  return kTable;
}

inline const MacTable& committed_fresh() {
  static const MacTable kTable =
      parse_mac_table(read_file(calibration_file("mac_fresh.csv")).value(), "mac_fresh.csv").value();
  return kTable;
}

inline const std::string& committed_converts_text() {
  static const std::string kText = read_file(calibration_file("convert.csv")).value();
  return kText;
}

inline const ConvertTable& committed_converts() {
  static const ConvertTable kTable = parse_convert_table(committed_converts_text(), "convert.csv").value();
  return kTable;
}

}  // namespace heddle::fpga
