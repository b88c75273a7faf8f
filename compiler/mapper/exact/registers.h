// Which register of a file holds which value: the part of a mapping that the formula leaves open.
#pragma once

#include <optional>
#include <vector>

namespace heddle::mapper::exact {

/// A value that is in the file during one cycle.
struct Entry {
  int value = 0;
  int cycle = 0;
  bool read = false;   ///< by an operand or a link in this cycle
  bool fresh = false;  ///< written from outside the file at the end of the cycle before
};

struct FileLimits {
  int registers = 0;
  int read_ports = 0;
  int write_ports = 0;
};

/// A register for each entry (in the same order), so that no register holds two values in a slot and the ports suffice;
/// entries of one value in successive cycles may change register, which takes a port of each kind. nullopt: there is no
/// such assignment with each value in one register at a time. `entries`: by value, then by cycle.
std::optional<std::vector<int>> assign_registers(const std::vector<Entry>& entries, const FileLimits& limits, int ii);

}  // namespace heddle::mapper::exact
