// Small descriptions for the tests of the architecture room.
#pragma once

#include <string>

#include "compiler/arch/cgra.h"
#include "tests/support/matchers.h"

namespace heddle::arch {

/// A valid description of `rows` by `columns` equal PEs; `more` is appended at the top level.
inline std::string description(int rows, int columns, const std::string& more = "") {
  return "schema: heddle.arch/1\nname: test\ngrid: {rows: " + std::to_string(rows) +
         ", columns: " + std::to_string(columns) + "}\npe_classes:\n  every:\n    operations: [alu, mul, memory]\n" +
         more + "\n";
}

inline Result<Cgra> from_yaml(const std::string& text) {
  HEDDLE_ASSIGN(const Document document, parse_yaml(text, "a.yaml"));
  return from_document(document);
}

inline PeId pe_at(const Cgra& cgra, int row, int column) { return PeId(row * cgra.columns + column); }

/// The outgoing link of that name; fails the test if there is none.
inline LinkId link_named(const Cgra& cgra, PeId from, const std::string& name) {
  for (const LinkId id : cgra.out_links[from.index()])
    if (cgra.link(id).name == name) return id;
  ADD_FAILURE() << "PE " << from.value << " has no link " << name;
  return {};
}

}  // namespace heddle::arch
