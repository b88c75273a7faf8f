// The files of runtime/report/page and sweep_page, embedded at build time by embed.cmake.
#pragma once

namespace heddle::report {

extern const char* const kPageStyle;
extern const char* const kPageScript;
extern const char* const kSweepPageStyle;
extern const char* const kSweepPageScript;

}  // namespace heddle::report
