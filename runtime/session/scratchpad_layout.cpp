#include "runtime/session/scratchpad_layout.h"

#include <algorithm>
#include <numeric>

namespace heddle::session {
namespace {

/// [begin, end), multiples of the granule.
struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

std::int64_t offset_of(const Piece& piece) { return static_cast<std::int64_t>(piece.alignment_of % kGranule); }

/// Granules the piece occupies, in bytes, with the slack in front and behind.
std::int64_t footprint(const Piece& piece) {
  return (offset_of(piece) + piece.bytes + kGranule - 1) / kGranule * kGranule;
}

/// The free space of a scratchpad, as the taken spans in ascending order.
class FreeSpace {
 public:
  explicit FreeSpace(std::int64_t bytes) : bytes_(bytes) {}

  /// Lowest free begin in [from, limit) for `size` bytes that may run on past `limit`.
  [[nodiscard]] std::optional<std::int64_t> find(std::int64_t size, std::int64_t from, std::int64_t limit) const {
    std::int64_t begin = from;
    for (const Span& span : taken_) {
      if (span.end <= begin) continue;
      if (span.begin >= begin + size) break;
      begin = span.end;
    }
    if (begin >= limit || begin + size > bytes_) return std::nullopt;
    return begin;
  }

  void take(std::int64_t begin, std::int64_t size) {
    const auto after = std::ranges::find_if(taken_, [&](const Span& span) { return span.begin > begin; });
    taken_.insert(after, {begin, begin + size});
  }

 private:
  std::int64_t bytes_;
  std::vector<Span> taken_;
};

std::optional<std::int64_t> find_in_bank(const arch::Scratchpad& scratchpad, const FreeSpace& space,
                                         const Piece& piece) {
  const std::int64_t first = piece.bank * scratchpad.bank_bytes;
  const std::int64_t size = footprint(piece);
  if (size > scratchpad.bank_bytes) return space.find(size, first, first + 1);
  return space.find(size, first, first + scratchpad.bank_bytes - size + 1);
}

using Addresses = std::vector<std::uint32_t>;

std::optional<Addresses> place_in_order(const arch::Scratchpad& scratchpad, const std::vector<Piece>& pieces,
                                        const std::vector<std::size_t>& order) {
  FreeSpace space(scratchpad.bytes());
  Addresses addresses(pieces.size(), 0);
  for (const std::size_t k : order) {
    const Piece& piece = pieces[k];
    if (piece.bytes == 0) continue;
    std::optional<std::int64_t> begin;
    if (piece.bank >= 0 && piece.bank < scratchpad.banks && !scratchpad.interleaved)
      begin = find_in_bank(scratchpad, space, piece);
    if (!begin) begin = space.find(footprint(piece), 0, scratchpad.bytes());
    if (!begin) return std::nullopt;
    space.take(*begin, footprint(piece));
    addresses[k] = static_cast<std::uint32_t>(*begin + offset_of(piece));
  }
  return addresses;
}

/// Whether the piece lies where find_in_bank would look for room.
bool is_in_bank(const arch::Scratchpad& scratchpad, const Piece& piece, std::int64_t begin) {
  if (piece.bank < 0 || piece.bank >= scratchpad.banks || scratchpad.interleaved) return true;
  const std::int64_t first = piece.bank * scratchpad.bank_bytes;
  const std::int64_t size = footprint(piece);
  return begin >= first && begin <= (size > scratchpad.bank_bytes ? first : first + scratchpad.bank_bytes - size);
}

/// The piece's granules where it lies, in bytes.
Span span_at(const Piece& piece, std::uint32_t at) {
  const std::int64_t begin = at - offset_of(piece);
  return {begin, begin + footprint(piece)};
}

}  // namespace

std::optional<Addresses> place_around(const arch::Scratchpad& scratchpad, const std::vector<Piece>& pieces,
                                      const std::vector<Obstacle>& obstacles) {
  FreeSpace space(scratchpad.bytes());
  for (const Obstacle& each : obstacles) {
    const std::int64_t begin = each.begin / kGranule * kGranule;
    space.take(begin, (each.begin + each.bytes + kGranule - 1) / kGranule * kGranule - begin);
  }
  Addresses addresses(pieces.size(), 0);
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const Piece& piece = pieces[k];
    if (!piece.at) continue;
    const Span span = span_at(piece, *piece.at);
    if (!is_in_bank(scratchpad, piece, span.begin)) return std::nullopt;
    space.take(span.begin, span.end - span.begin);
    addresses[k] = *piece.at;
  }
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const Piece& piece = pieces[k];
    if (piece.at || piece.bytes == 0) continue;
    const bool wishes = piece.bank >= 0 && piece.bank < scratchpad.banks && !scratchpad.interleaved;
    const auto begin =
        wishes ? find_in_bank(scratchpad, space, piece) : space.find(footprint(piece), 0, scratchpad.bytes());
    if (!begin) return std::nullopt;
    space.take(*begin, footprint(piece));
    addresses[k] = static_cast<std::uint32_t>(*begin + offset_of(piece));
  }
  return addresses;
}

std::optional<Addresses> place_pieces(const arch::Scratchpad& scratchpad, const std::vector<Piece>& pieces) {
  std::vector<std::size_t> order(pieces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (auto addresses = place_in_order(scratchpad, pieces, order)) return addresses;
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return footprint(pieces[a]) > footprint(pieces[b]); });
  if (auto addresses = place_in_order(scratchpad, pieces, order)) return addresses;
  // Wishes can leave holes of the wrong sizes; without them, largest first leaves none.
  std::vector<Piece> anywhere = pieces;
  for (Piece& piece : anywhere) piece.bank = -1;
  return place_in_order(scratchpad, anywhere, order);
}

}  // namespace heddle::session
