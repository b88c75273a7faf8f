#include "runtime/session/heap.h"

#include <cstdlib>
#include <cstring>

namespace heddle::session {

Heap::~Heap() {
  for (const auto& [block, bytes] : blocks_) std::free(block);
}

void* Heap::record(void* block, std::size_t bytes) {
  if (block == nullptr) return nullptr;
  blocks_[block] = bytes;
  objects_.add(static_cast<char*>(block), static_cast<std::int64_t>(bytes), "heap block");
  return block;
}

void* Heap::allocate(std::size_t bytes) { return record(std::calloc(bytes == 0 ? 1 : bytes, 1), bytes); }

void* Heap::allocate_aligned(std::size_t alignment, std::size_t bytes) {
  void* block = nullptr;
  if (posix_memalign(&block, alignment < sizeof(void*) ? sizeof(void*) : alignment, bytes == 0 ? 1 : bytes) != 0)
    return nullptr;
  std::memset(block, 0, bytes);
  return record(block, bytes);
}

void* Heap::reallocate(void* block, std::size_t bytes) {
  const auto known = blocks_.find(block);
  if (block != nullptr && known == blocks_.end()) return std::realloc(block, bytes);
  void* fresh = allocate(bytes);
  if (fresh == nullptr || block == nullptr) return fresh;
  std::memcpy(fresh, block, known->second < bytes ? known->second : bytes);
  release(block);
  return fresh;
}

void Heap::release(void* block) {
  blocks_.erase(block);
  objects_.remove(static_cast<char*>(block));
  std::free(block);
}

}  // namespace heddle::session
