#include "compiler/base/document_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/check.h"

namespace heddle {

bool DocumentBuilder::expects_key() const {
  return !levels_.empty() && levels_.back().container->is_object() && !levels_.back().pending_key;
}

Status DocumentBuilder::key(std::string name, int line, int column) {
  HEDDLE_CHECK(expects_key(), "key outside an object");
  Level& level = levels_.back();
  const std::string pointer = pointer_to(level.pointer, name);
  const Mark where = place(line, column);
  if (!level.keys.insert(name).second) {
    Error error{ErrorCode::kBadInput, fmt::format("at {}: duplicate key \"{}\"", pointer, name), where};
    error.notes.push_back({"first given here", document_.key_mark(pointer)});
    return fail(std::move(error));
  }
  document_.key_marks.emplace(pointer, where);
  level.pending_key = std::move(name);
  return {};
}

Result<Json*> DocumentBuilder::place_value(Json value, int line, int column) {
  if (++values_ > kMaxDocumentValues)
    return fail(ErrorCode::kBadInput, fmt::format("more than {} values in one document", kMaxDocumentValues),
                place(line, column));
  Json* slot = &document_.root;
  last_pointer_.clear();
  if (levels_.empty()) {
    has_root_ = true;
    *slot = std::move(value);
  } else if (Level& level = levels_.back(); level.container->is_object()) {
    HEDDLE_CHECK(level.pending_key.has_value(), "value without a key");
    last_pointer_ = pointer_to(level.pointer, *level.pending_key);
    // Not operator[]: it searches, and `keys` already knows that the key is new.
    auto& members = level.container->get_ref<Json::object_t&>();
    members.Container::emplace_back(std::move(*level.pending_key), std::move(value));
    level.pending_key.reset();
    slot = &members.back().second;
  } else {
    last_pointer_ = pointer_to(level.pointer, level.container->size());
    level.container->push_back(std::move(value));
    slot = &level.container->back();
  }
  document_.marks.emplace(last_pointer_, place(line, column));
  return slot;
}

Status DocumentBuilder::scalar(Json value, int line, int column) {
  HEDDLE_TRY(place_value(std::move(value), line, column));
  return {};
}

Status DocumentBuilder::open(Json value, int line, int column) {
  if (levels_.size() >= kMaxDocumentDepth)
    return fail(ErrorCode::kBadInput, fmt::format("nested deeper than {} levels", kMaxDocumentDepth),
                place(line, column));
  HEDDLE_ASSIGN(Json * slot, place_value(std::move(value), line, column));
  levels_.push_back({slot, last_pointer_, {}, {}});
  return {};
}

void DocumentBuilder::close() {
  HEDDLE_CHECK(!levels_.empty(), "close without open");
  levels_.pop_back();
}

const Json& DocumentBuilder::at(const std::string& pointer) const {
  return document_.root.at(Json::json_pointer(pointer));
}

bool DocumentBuilder::is_open(const std::string& pointer) const {
  return std::any_of(levels_.begin(), levels_.end(), [&](const Level& level) { return level.pointer == pointer; });
}

}  // namespace heddle
