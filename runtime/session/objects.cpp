#include "runtime/session/objects.h"

#include <utility>

namespace heddle::session {

void ObjectTable::add(char* base, std::int64_t bytes, std::string name) {
  objects_.insert_or_assign(base, MemoryObject{base, bytes, std::move(name)});
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
