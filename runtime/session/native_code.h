// Host programs as relocatable object code: compiled once per entry function, linked afresh for every run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace heddle::session {

/// Object code of a bitcode module, with an entry function that takes its arguments from an array.
struct NativeCode {
  /// A variable or constant of the module, visible under `symbol`.
  struct Data {
    std::string symbol;
    std::int64_t bytes = 0;
    bool constant = false;
    std::vector<std::int64_t> pointers;  ///< offsets of its fields that hold addresses
  };

  std::string object;  ///< relocatable ELF
  std::vector<Data> data;
  int parameters = 0;  ///< of the entry function
};

/// `void heddle.entry(const i64* arguments, i64* result)`: calls the chosen function.
inline constexpr const char* kEntrySymbol = "heddle.entry";

/// `void (ptr object, i64 bytes)` and `void (ptr object)`: the compiled code calls them for arrays and structures on
/// its stack.
inline constexpr const char* kEnterStackSymbol = "heddle.enter_stack_object";
inline constexpr const char* kLeaveStackSymbol = "heddle.leave_stack_object";

/// Compiles for this machine. Data with internal linkage becomes visible, so that the session finds it after the run.
/// Fails with kBadInput on damaged bitcode, kNotFound if the module has no function `entry` (nearest name in the hint),
/// kUnsupported on parameters or results that are neither integers, pointers nor floating point.
Result<NativeCode> compile_native(std::string_view bitcode, const std::string& entry);

/// Object code by module and entry function: a program is run many times, but compiled once.
class NativeCodeCache {
 public:
  /// The code lives as long as the cache. Threads may share a cache.
  Result<const NativeCode*> get(std::string_view bitcode, const std::string& entry);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::uint64_t, std::string>, std::unique_ptr<NativeCode>> entries_;
};

}  // namespace heddle::session
