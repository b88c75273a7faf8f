// Runs a native call so that nothing it does ends this process: exit(), crashes and output are caught.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/session/heap.h"
#include "runtime/session/native_module.h"

namespace heddle::session {

/// How a native call ended.
struct NativeEnd {
  enum class Kind { kReturned, kExited, kStopped, kCrashed };
  Kind kind = Kind::kReturned;
  int status = 0;     ///< kExited: the argument of exit()
  std::string crash;  ///< kCrashed: "segmentation fault"
};

/// C's own entry points (exit, malloc, signals) carry no context, so the run of a thread is found through a
/// thread-local pointer; one run a thread. Standard output (descriptor 1) is redirected for the whole process while
/// `run` is active.
class NativeRun {
 public:
  explicit NativeRun(ObjectTable& objects) : objects_(objects), heap_(objects) {}

  /// malloc, exit and their kin, and the stack's announcements, bound to the run of the calling thread.
  static std::vector<HostSymbol> symbols();

  NativeEnd run(const std::function<void()>& body);
  /// What `run` wrote to standard output.
  [[nodiscard]] const std::string& output() const { return output_; }

  /// Marks the code of the session within a run: crashes there are ours and are not caught.
  class Outside {
   public:
    Outside();
    ~Outside();
    Outside(const Outside&) = delete;
    Outside& operator=(const Outside&) = delete;
  };
  /// Leaves the native code of this thread for good; call it from a frame without destructors.
  [[noreturn]] static void stop();

 private:
  friend struct NativeHooks;
  ObjectTable& objects_;
  Heap heap_;
  std::string output_;
};

}  // namespace heddle::session
