// Object code linked into this process, with variables in their initial state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/session/native_code.h"

namespace heddle::session {

/// A name that the module may refer to, before the libraries of the process are searched.
struct HostSymbol {
  std::string name;
  void* address = nullptr;
};

/// A variable of a linked module.
struct DataObject {
  std::string name;
  char* address = nullptr;
  std::int64_t bytes = 0;
  bool constant = false;
  std::vector<std::int64_t> pointers;  ///< offsets of its fields that hold addresses
};

/// Memory and symbols of one linked module; freed with it.
class NativeModule {
 public:
  /// Fails with kBadInput if the module refers to a symbol that nobody defines.
  static Result<std::unique_ptr<NativeModule>> link(const NativeCode& code, const std::vector<HostSymbol>& symbols);
  ~NativeModule();

  /// Runs the entry function in this thread, unguarded (see native_run.h).
  void call(const std::int64_t* arguments, std::int64_t* result) const;
  [[nodiscard]] const std::vector<DataObject>& data() const;

 private:
  struct Impl;
  explicit NativeModule(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace heddle::session
