// Opens a page in headless Chromium and returns the DOM after its scripts, and what the console said.
#pragma once

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "compiler/base/files.h"
#include "tests/support/matchers.h"

namespace heddle::report {

inline std::string output_of(const std::string& command) {
  FILE* stream = ::popen(command.c_str(), "r");
  std::string text;
  std::array<char, 65536> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), stream) != nullptr) text += buffer.data();
  ::pclose(stream);
  return text;
}

inline bool has_browser() { return !output_of("command -v chromium").empty(); }

struct Browsed {
  std::string dom;
  std::string console;  ///< lines of the console and uncaught errors
};

/// `script` runs when the page has loaded (a user's clicks, say); `hash` is the view in the address. The page's
/// clock stands still while a script runs, and leaps while it waits; in real time only what `script` does at once
/// counts.
inline Browsed browse(std::string page, const std::string& hash, const std::string& script, bool real_time = false) {
  const std::filesystem::path directory =
      std::filesystem::path(testing::TempDir()) / ("heddle_page_" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  page += "<script>addEventListener(\"load\", () => {" + script + "});</script>";
  EXPECT_THAT(write_file(directory / "page.html", page), IsOk());
  const std::string log = (directory / "log").string();
  Browsed browsed;
  browsed.dom = output_of(
      "timeout 100 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
      "--disable-background-networking --disable-component-update --disable-sync --enable-logging=stderr " +
      std::string(real_time ? "" : "--virtual-time-budget=2000") + " --user-data-dir='" +
      (directory / "profile").string() + "' --dump-dom 'file://" + (directory / "page.html").string() + "#" + hash +
      "' 2>'" + log + "'");
  browsed.console = output_of("grep -E 'CONSOLE|Uncaught' '" + log + "'");
  std::filesystem::remove_all(directory);
  return browsed;
}

inline std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace heddle::report
