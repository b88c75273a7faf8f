// What the fuzz targets share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace heddle::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Stops with a message, in every kind of build.
inline void require(bool holds, const std::string& what) {
  if (holds) return;
  std::cerr << "fuzz target: " << what << "\n";
  std::abort();
}

/// A refusal has a message; a place, where it has one, is a place in a text.
inline void check_refusal(const Error& error) {
  require(!error.message.empty(), "an error without a message");
  require(error.where.line >= 0 && error.where.column >= 0, "an error at a negative place");
  require(!to_string(error).empty(), "an error that prints as nothing");
}

}  // namespace heddle::fuzz
