// Small hand-made programs for the session's tests: C whose launch calls are written by hand, where the front end would
// emit them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "compiler/base/files.h"
#include "runtime/session/session.h"

namespace heddle::session {

/// What the front end declares in every host program.
inline const std::string kLaunchDeclarations = R"(
  struct range { char *base, *low, *high; int known, flags; char *object; };
  extern void *heddle_session;
  int heddle_launch(void *, int, unsigned long, const unsigned long *, const struct range *, unsigned long *);
)";

/// The bitcode of a C text.
inline std::string bitcode(const std::string& text) {
  const auto stem = std::filesystem::path(::testing::TempDir()) /
                    ("session_" + std::to_string(getpid()) + "_" + hex64(content_hash(text)));
  const std::string source = stem.string() + ".c";
  const std::string output = stem.string() + ".bc";
  std::ofstream(source) << text;
  const std::string command = "clang-19 -O1 -c -emit-llvm -o " + output + " " + source;
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  auto content = read_file(output);
  std::filesystem::remove(source);
  std::filesystem::remove(output);
  return content.value_or("");
}

/// A program whose golden and host parts are the same text.
inline CompiledProgram program_of(const std::string& text) {
  CompiledProgram program;
  program.golden_bitcode = program.host_bitcode = bitcode(kLaunchDeclarations + text);
  program.has_main = true;
  return program;
}

inline Argument integer(std::int64_t value) { return {value, {}}; }

template <class T>
Argument buffer(const std::vector<T>& values) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return {std::nullopt, {bytes, bytes + values.size() * sizeof(T)}};
}

template <class T>
std::vector<T> values(const Argument& argument) {
  const auto* begin = reinterpret_cast<const T*>(argument.buffer.data());
  return {begin, begin + argument.buffer.size() / sizeof(T)};
}

}  // namespace heddle::session
