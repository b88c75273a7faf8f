// Verilator's run time, in a library: what it prints is kept, and where it would end the process it throws. Included by
// the one driver of a library.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "rtl_abi.h"
#include "verilated.h"

namespace {

/// What the run time printed since the last failure; Verilator reports failed assertions by printing, then stopping.
std::string& printed() {
  thread_local std::string text;
  return text;
}

}  // namespace

extern "C" int heddle_rtl_print(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  printed() += line;
  return length;
}

// Verilator's run time calls these instead of ending the process (VL_USER_STOP, VL_USER_FATAL, VL_USER_FINISH).
[[noreturn]] static void stop_with_message(const char* file, int line) {
  std::string text = printed();
  printed().clear();
  while (!text.empty() && text.back() == '\n') text.pop_back();
  throw std::runtime_error(text.empty() ? std::string(file) + ":" + std::to_string(line) + ": stopped" : text);
}
void vl_stop(const char* file, int line, const char*) VL_MT_UNSAFE { stop_with_message(file, line); }
void vl_fatal(const char* file, int line, const char*, const char* message) VL_MT_UNSAFE {
  printed() += message;
  stop_with_message(file, line);
}
void vl_finish(const char* file, int line, const char*) VL_MT_UNSAFE { stop_with_message(file, line); }
