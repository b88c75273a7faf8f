#include "compiler/mapper/search/occupancy.h"

#include "compiler/base/check.h"

namespace heddle::mapper::search {

Occupancy::Occupancy(const Fabric& fabric, int ii, int pressure)
    : fabric_(fabric), places_(fabric.places), pressure_(pressure) {
  const auto size = static_cast<std::size_t>(places_) * static_cast<std::size_t>(ii);
  cells_.resize(size);
  history_.assign(size, 0);
  prices_.assign(size, 0);
  for (int c = 0; c < static_cast<int>(size); ++c) update(c);
}

bool Occupancy::holds(int cell, Key key) const {
  const Cell& it = cells_[static_cast<std::size_t>(cell)];
  for (int i = 0; i < it.count; ++i)
    if (it.keys[static_cast<std::size_t>(i)] == key) return true;
  return false;
}

void Occupancy::add(int cell, Key key) {
  Cell& it = cells_[static_cast<std::size_t>(cell)];
  for (int i = 0; i < it.count; ++i) {
    if (it.keys[static_cast<std::size_t>(i)] != key) continue;
    ++it.uses[static_cast<std::size_t>(i)];
    return;
  }
  HEDDLE_CHECK(it.count < kMaxHolders, "a blocked cell was entered");
  it.keys[static_cast<std::size_t>(it.count)] = key;
  it.uses[static_cast<std::size_t>(it.count)] = 1;
  ++it.count;
  update(cell);
}

void Occupancy::remove(int cell, Key key) {
  Cell& it = cells_[static_cast<std::size_t>(cell)];
  int i = 0;
  while (i < it.count && it.keys[static_cast<std::size_t>(i)] != key) ++i;
  HEDDLE_CHECK(i < it.count, "a user leaves a cell it never entered");
  if (--it.uses[static_cast<std::size_t>(i)] > 0) return;
  --it.count;
  it.keys[static_cast<std::size_t>(i)] = it.keys[static_cast<std::size_t>(it.count)];
  it.uses[static_cast<std::size_t>(i)] = it.uses[static_cast<std::size_t>(it.count)];
  update(cell);
}

void Occupancy::raise_history(int cell, int amount) {
  history_[static_cast<std::size_t>(cell)] += amount;
  update(cell);
}

void Occupancy::set_pressure(int pressure) {
  pressure_ = pressure;
  for (int c = 0; c < static_cast<int>(cells_.size()); ++c) update(c);
}

void Occupancy::forget() {
  for (auto& h : history_) h /= 2;
  for (int c = 0; c < static_cast<int>(cells_.size()); ++c) update(c);
}

void Occupancy::update(int cell) {
  Cell& it = cells_[static_cast<std::size_t>(cell)];
  const auto place = static_cast<std::size_t>(place_of(cell));
  const int excess = it.count - fabric_.capacity[place];
  int price = fabric_.base[place] + history_[static_cast<std::size_t>(cell)];
  if (excess >= 0) price += pressure_ * (excess + 1);
  prices_[static_cast<std::size_t>(cell)] = it.count == kMaxHolders ? kBlocked : price;
  if (excess > 0 && it.conflict_index < 0) {
    it.conflict_index = static_cast<int>(conflicts_.size());
    conflicts_.push_back(cell);
  } else if (excess <= 0 && it.conflict_index >= 0) {
    const int last = conflicts_.back();
    conflicts_[static_cast<std::size_t>(it.conflict_index)] = last;
    cells_[static_cast<std::size_t>(last)].conflict_index = it.conflict_index;
    conflicts_.pop_back();
    it.conflict_index = -1;
  }
}

}  // namespace heddle::mapper::search
