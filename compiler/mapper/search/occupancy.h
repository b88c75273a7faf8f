// Who uses which place in which slot, what the next user would pay, and where too many use one place.
#pragma once

#include <array>
#include <vector>

#include "compiler/mapper/search/fabric.h"

namespace heddle::mapper::search {

/// A user of a cell. For places of values: the producer and the absolute cycle. For ports: the register and 0.
struct Key {
  int holder = 0;
  int cycle = 0;
  bool operator==(const Key&) const = default;
};

/// A *cell* is a place in a slot: slot * places + place. Several uses by one key count once. Over-use is allowed and
/// priced; the price is base + history + pressure for each user too many (negotiated congestion: McMurchie and Ebeling
/// 1995).
class Occupancy {
 public:
  static constexpr int kMaxHolders = 8;
  static constexpr int kBlocked = 1 << 20;

  Occupancy(const Fabric& fabric, int ii, int pressure);

  [[nodiscard]] int cell(int place, int slot) const { return slot * places_ + place; }
  [[nodiscard]] int place_of(int cell) const { return cell % places_; }
  [[nodiscard]] int slot_of(int cell) const { return cell / places_; }
  /// For a new user; a user already there pays nothing (see `holds`).
  [[nodiscard]] int price(int cell) const { return prices_[static_cast<std::size_t>(cell)]; }
  [[nodiscard]] const int* prices(int slot) const { return prices_.data() + slot * places_; }
  [[nodiscard]] bool holds(int cell, Key key) const;
  [[nodiscard]] bool empty(int cell) const { return cells_[static_cast<std::size_t>(cell)].count == 0; }

  void add(int cell, Key key);
  void remove(int cell, Key key);
  /// Makes a cell dearer for all that is left of this search.
  void raise_history(int cell, int amount);
  void set_pressure(int pressure);
  /// Halves all history, so that old quarrels do not block new ways.
  void forget();

  /// Cells with more users than capacity, in no particular (but reproducible) order.
  [[nodiscard]] const std::vector<int>& conflicts() const { return conflicts_; }
  [[nodiscard]] int holders(int cell) const { return cells_[static_cast<std::size_t>(cell)].count; }
  [[nodiscard]] Key holder(int cell, int i) const {
    return cells_[static_cast<std::size_t>(cell)].keys[static_cast<std::size_t>(i)];
  }

 private:
  struct Cell {
    int count = 0;
    int conflict_index = -1;
    std::array<Key, kMaxHolders> keys;
    std::array<int, kMaxHolders> uses{};
  };
  void update(int cell);

  const Fabric& fabric_;
  int places_;
  int pressure_;
  std::vector<Cell> cells_;
  std::vector<int> prices_, history_;
  std::vector<int> conflicts_;
};

}  // namespace heddle::mapper::search
