// Places in a grid relative to a place, as architecture files of other tools write them.
#pragma once

#include <optional>
#include <string_view>

namespace heddle::exchange {

/// A column or row, and whether a modulus brought it there.
struct GridPlace {
  int at = 0;
  bool wrapped = false;
};

/// "X", "Y+1", "X-2", "3", and each of these modulo a number, as tori have it: "(X+1)%4". Nothing if it is none of
/// these, or more than 64 away.
std::optional<GridPlace> grid_place(std::string_view expression, int x, int y);

}  // namespace heddle::exchange
