// Mutates what is encoded as Protocol Buffers without knowing its schema: most changed bytes of such a file break a
// length and are refused at once, so fields are changed, and lengths written anew.
//
// A field of bytes that reads as a message is taken for one. Fields of one number stand for the same thing often enough
// (inputs of nodes, extents, types) that one put in another's place gives a file that is wrong in a new way, or right.
#include <algorithm>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace heddle::fuzz {
namespace {

constexpr int kDeepest = 12;

enum Wire : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Field {
  std::uint64_t number = 0;
  std::uint8_t wire = kVarint;
  std::uint64_t value = 0;  ///< of a varint
  std::string bytes;        ///< of all others that are no message
  bool message = false;
  std::vector<Field> fields{};  ///< of a message
};

using Fields = std::vector<Field>;

std::optional<std::uint64_t> read_varint(std::string_view& text) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !text.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(text.front());
    text.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<Fields> read_fields(std::string_view text, int depth) {
  Fields fields;
  while (!text.empty()) {
    const auto tag = read_varint(text);
    if (!tag || *tag >> 3 == 0) return std::nullopt;
    Field field{*tag >> 3, static_cast<std::uint8_t>(*tag & 7), 0, {}, false};
    std::uint64_t length = field.wire == kFixed64 ? 8 : 4;
    if (field.wire == kVarint || field.wire == kBytes) {
      const auto value = read_varint(text);
      if (!value) return std::nullopt;
      (field.wire == kVarint ? field.value : length) = *value;
    } else if (field.wire != kFixed64 && field.wire != kFixed32) {
      return std::nullopt;
    }
    if (field.wire != kVarint) {
      if (length > text.size()) return std::nullopt;
      field.bytes = text.substr(0, length);
      text.remove_prefix(length);
    }
    if (field.wire == kBytes && !field.bytes.empty() && depth < kDeepest) {
      if (auto inside = read_fields(field.bytes, depth + 1)) {
        field.message = true;
        field.fields = std::move(*inside);
        field.bytes.clear();
      }
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

void write_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::string write_fields(const Fields& fields) {
  std::string out;
  for (const Field& field : fields) {
    write_varint(out, field.number << 3 | field.wire);
    if (field.wire == kVarint) {
      write_varint(out, field.value);
      continue;
    }
    const std::string content = field.message ? write_fields(field.fields) : field.bytes;
    if (field.wire == kBytes) write_varint(out, content.size());
    out += content;
  }
  return out;
}

class Mutator {
 public:
  Mutator(Fields& root, unsigned seed) : random_(seed) { visit(root); }

  void mutate() {
    if (places_.empty()) return;
    const auto [list, index] = places_[below(places_.size())];
    const auto at = list->begin() + static_cast<std::ptrdiff_t>(index);
    switch (below(7)) {
      case 0: list->erase(at); break;
      case 1: {
        const Field copy = *at;
        list->insert(at, copy);
        break;
      }
      case 2: std::swap(*at, (*list)[below(list->size())]); break;
      case 3:
      case 4: take(*at, places_); break;
      default: change(*at);
    }
  }

  /// Puts a field of `other` in the place of one of the same number.
  void cross(Fields& other) {
    if (places_.empty()) return;
    const auto [list, index] = places_[below(places_.size())];
    const Mutator donor(other, 0);
    take((*list)[index], donor.places_);
  }

 private:
  using Places = std::vector<std::pair<Fields*, std::size_t>>;

  void visit(Fields& fields) {
    for (std::size_t k = 0; k < fields.size(); ++k) {
      places_.emplace_back(&fields, k);
      visit(fields[k].fields);
    }
  }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

  void take(Field& field, const Places& from) {
    std::vector<const Field*> alike;
    for (const auto& [list, index] : from)
      if (const Field& each = (*list)[index]; each.number == field.number && each.wire == field.wire)
        alike.push_back(&each);
    if (alike.empty()) return;
    Field copy = *alike[below(alike.size())];  // the field may hold the other
    field = std::move(copy);
  }

  void change(Field& field) {
    static constexpr std::uint64_t kValues[] = {0,
                                                1,
                                                2,
                                                3,
                                                4,
                                                7,
                                                16,
                                                127,
                                                128,
                                                255,
                                                1024,
                                                1ULL << 20,
                                                0x7FFFFFFF,
                                                1ULL << 31,
                                                1ULL << 32,
                                                1ULL << 62,
                                                (1ULL << 63) - 1,
                                                1ULL << 63,
                                                ~0ULL - 1,
                                                ~0ULL};
    if (field.wire == kVarint) {
      field.value = below(3) == 0 ? field.value + below(5) - 2 : kValues[below(std::size(kValues))];
      return;
    }
    if (field.message) {
      field.bytes = write_fields(field.fields);
      field.message = false;
      field.fields.clear();
    }
    const std::size_t size = field.bytes.size();
    const std::size_t most = field.wire == kBytes ? size + 16 : size;
    field.bytes.resize(most);
    const std::size_t length = LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(field.bytes.data()), size, most);
    if (field.wire == kBytes) field.bytes.resize(length);
  }

  std::mt19937 random_;
  Places places_;
};

std::size_t write(const Fields& fields, std::uint8_t* data, std::size_t max_size) {
  const std::string bytes = write_fields(fields);
  if (bytes.size() > max_size) return 0;
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

}  // namespace
}  // namespace heddle::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  using namespace heddle::fuzz;
  auto fields = read_fields(text_of(data, size), 0);
  if (!fields || seed % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  for (unsigned round = 0; round <= seed % 3; ++round) Mutator(*fields, seed + round).mutate();
  const std::size_t written = write(*fields, data, max_size);
  return written == 0 ? LLVMFuzzerMutate(data, size, max_size) : written;
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data, std::size_t size, const std::uint8_t* other,
                                                 std::size_t other_size, std::uint8_t* out, std::size_t max_size,
                                                 unsigned seed) {
  using namespace heddle::fuzz;
  auto fields = read_fields(text_of(data, size), 0);
  auto donor = read_fields(text_of(other, other_size), 0);
  if (!fields || !donor) return 0;
  Mutator(*fields, seed).cross(*donor);
  return write(*fields, out, max_size);
}
