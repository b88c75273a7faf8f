// The C heap of a host program: the process's own, with a record of the extent of every block.
#pragma once

#include <cstddef>

#include "runtime/session/objects.h"

namespace heddle::session {

/// Blocks that are still allocated are freed with the heap. New memory reads as zero, so that two runs of a program
/// that forgets to initialise it agree.
class Heap {
 public:
  explicit Heap(ObjectTable& objects) : objects_(objects) {}
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  void* allocate(std::size_t bytes);
  void* allocate_aligned(std::size_t alignment, std::size_t bytes);
  void* reallocate(void* block, std::size_t bytes);
  /// Blocks that came from the C library itself (strdup) are passed on to it.
  void release(void* block);

 private:
  void* record(void* block, std::size_t bytes);

  ObjectTable& objects_;
  std::map<void*, std::size_t> blocks_;
};

}  // namespace heddle::session
