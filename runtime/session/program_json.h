// program.json: the table of contents of a compiled program.
#pragma once

#include "runtime/session/program.h"

namespace heddle::session {

/// `heddle.program/2` (workloads/schema/program.json).
Json program_to_json(const CompiledProgram& program);

/// What program.json says of the regions.
struct RegionEntry {
  std::string name;
  bool mapped = false;
};

struct ProgramContents {
  CompiledProgram program;  ///< without regions, bitcode and report
  std::vector<RegionEntry> regions;
  std::string host_hash;
  std::string golden_hash;
};

/// Fails with place, key path and the nearest valid key if the document does not follow the schema.
Result<ProgramContents> program_from_json(const Document& document);

}  // namespace heddle::session
