// The array as flat tables for the search: every thing that can be used up in a slot is a numbered *place* with a
// capacity.
#pragma once

#include <algorithm>
#include <climits>
#include <vector>

#include "compiler/mapper/mapping.h"

namespace heddle::mapper::search {

/// A row of lists in one buffer: list i is items[first[i] .. first[i+1]).
struct Lists {
  std::vector<int> first;
  std::vector<int> items;

  [[nodiscard]] const int* begin(int i) const { return items.data() + first[static_cast<std::size_t>(i)]; }
  [[nodiscard]] const int* end(int i) const { return items.data() + first[static_cast<std::size_t>(i) + 1]; }
  static Lists from(const std::vector<std::vector<int>>& lists);
};

/// A rectangle of PEs by row and column, ends included; from the default one nothing is left out.
struct Area {
  int top = 0, left = 0, bottom = INT_MAX, right = INT_MAX;

  [[nodiscard]] bool has(int row, int column) const {
    return row >= top && row <= bottom && column >= left && column <= right;
  }
  void include(const Area& other) {
    top = std::min(top, other.top);
    left = std::min(left, other.left);
    bottom = std::max(bottom, other.bottom);
    right = std::max(right, other.right);
  }
  [[nodiscard]] Area widened(int by) const { return {top - by, left - by, bottom + by, right + by}; }
};

/// Places in order: RES of each PE, registers, links, units, read ports, write ports, live-out registers, banks,
/// address generators.
struct Fabric {
  static constexpr std::size_t kLargePes = 100;
  static constexpr int kLinkPrice = 3;  ///< of a free link: no way is cheaper than this for each link
  static constexpr int kPassPrice = 8;  ///< of passing a unit that has nothing else to do, RES not counted

  /// Of the PEs listed (ascending) and the links between them; PEs and links are renumbered.
  Fabric(const Problem& problem, std::vector<arch::PeId> region);

  std::vector<arch::PeId> pe_ids;      ///< of the architecture, by our number
  std::vector<arch::LinkId> link_ids;  ///< of the architecture, by our number

  int pes = 0;
  int registers = 0;  ///< of all PEs together
  int links = 0;
  int banks = 0;
  int hop_limit = 1;
  int places = 0;
  std::vector<int> register_first;  ///< by PE, one more at the end
  std::vector<int> link_from, link_to;
  std::vector<int> row, column;  ///< by PE
  Lists out_links, in_links;     ///< by PE
  Lists turns;                   ///< by link: the links it may bypass into
  Lists turns_back;              ///< by link: the links that may bypass into it
  std::vector<int> distance;     ///< links between two PEs, pes x pes
  std::vector<int> capacity;     ///< by place
  std::vector<int> base;         ///< by place: the price of using it when it is free
  std::vector<int> pass_latency,
      pass_interval;    ///< by PE: of the `mov` that a value passes the unit with; 0: it cannot
  bool passes = false;  ///< some unit can be passed

  [[nodiscard]] int res(int pe) const { return pe; }
  [[nodiscard]] int reg(int global_register) const { return pes + global_register; }
  [[nodiscard]] int link(int l) const { return pes + registers + l; }
  [[nodiscard]] int unit(int pe) const { return pes + registers + links + pe; }
  [[nodiscard]] int read_port(int pe) const { return unit(pes) + pe; }
  [[nodiscard]] int write_port(int pe) const { return unit(2 * pes) + pe; }
  [[nodiscard]] int live_out(int pe) const { return unit(3 * pes) + pe; }
  [[nodiscard]] int bank(int b) const { return unit(4 * pes) + b; }
  /// Looking only where it can pay saves time; on smaller arrays looking everywhere is as fast.
  [[nodiscard]] bool large() const { return pes > static_cast<int>(kLargePes); }
  [[nodiscard]] int generator(int pe) const { return bank(banks) + pe; }
  [[nodiscard]] bool inside(const Area& area, int pe) const {
    return area.has(row[static_cast<std::size_t>(pe)], column[static_cast<std::size_t>(pe)]);
  }
  /// Rows and columns between a PE and an area.
  [[nodiscard]] int links_to(const Area& area, int pe) const {
    const int r = row[static_cast<std::size_t>(pe)];
    const int c = column[static_cast<std::size_t>(pe)];
    return std::max({0, area.top - r, r - area.bottom}) + std::max({0, area.left - c, c - area.right});
  }
  [[nodiscard]] Area area_of(int pe) const {
    const int r = row[static_cast<std::size_t>(pe)];
    const int c = column[static_cast<std::size_t>(pe)];
    return {r, c, r, c};
  }
  [[nodiscard]] bool is_register(int place) const { return place >= pes && place < pes + registers; }
  [[nodiscard]] bool is_link(int place) const { return place >= pes + registers && place < pes + registers + links; }
  [[nodiscard]] int register_pe(int place) const { return register_owner[static_cast<std::size_t>(place - pes)]; }
  /// Cycles from corner to corner.
  [[nodiscard]] int diameter() const;
  [[nodiscard]] Place to_place(int place) const;
  std::vector<int> register_owner;  ///< by global register: its PE
};

}  // namespace heddle::mapper::search
