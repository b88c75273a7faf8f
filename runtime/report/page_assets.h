// The files of runtime/report/page, embedded at build time by embed.cmake.
#pragma once

namespace heddle::report {

extern const char* const kPageStyle;
extern const char* const kPageScript;

}  // namespace heddle::report
