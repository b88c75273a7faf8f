#include "runtime/session/objects.h"

#include <algorithm>
#include <utility>

namespace heddle::session {

void ObjectTable::add(char* base, std::int64_t bytes, std::string name, bool constant) {
  // Frames that were left by longjmp or exit leave their objects behind; memory in use again belongs to the new one.
  const char* end = base + std::max<std::int64_t>(bytes, 1);
  auto old = objects_.upper_bound(base);
  if (old != objects_.begin() && std::prev(old)->second.base + std::prev(old)->second.bytes > base) --old;
  while (old != objects_.end() && old->first < end) old = objects_.erase(old);
  objects_.insert_or_assign(base, MemoryObject{base, bytes, std::move(name), constant});
}

void ObjectTable::remove(const char* base) { objects_.erase(base); }

std::optional<MemoryObject> ObjectTable::find(const char* address) const {
  auto after = objects_.upper_bound(address);
  if (after == objects_.begin()) return std::nullopt;
  const MemoryObject& object = std::prev(after)->second;
  if (address >= object.base + object.bytes) return std::nullopt;
  return object;
}

}  // namespace heddle::session
