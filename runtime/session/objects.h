// Which memory object an address of the host program belongs to: variables, argument buffers, the heap, and stack
// arrays.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace heddle::session {

/// A contiguous piece of host memory with one lifetime.
struct MemoryObject {
  char* base = nullptr;
  std::int64_t bytes = 0;
  std::string name;
  bool constant = false;  ///< nobody writes it
};

/// Live objects by address; they never overlap.
class ObjectTable {
 public:
  /// Replaces what overlaps it.
  void add(char* base, std::int64_t bytes, std::string name, bool constant = false);
  /// No effect if no object starts at `base`.
  void remove(const char* base);
  /// The object whose bytes include `address`.
  [[nodiscard]] std::optional<MemoryObject> find(const char* address) const;

 private:
  std::map<const char*, MemoryObject, std::less<>> objects_;
};

}  // namespace heddle::session
