// What the wiring inside one of Morpher's processing elements amounts to.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/base/json.h"

namespace heddle::exchange {

/// A place in the document and the modules in it.
struct MorpherModules {
  const Document& document;
  std::string root = "/ARCH";

  [[nodiscard]] const Json& all() const { return document.root.at("ARCH"); }
  [[nodiscard]] bool has(const std::string& module) const { return all().contains(module); }
  [[nodiscard]] std::string pointer(const std::string& module) const { return pointer_to(root, module); }
};

/// Of one module with a functional unit in it.
struct MorpherPe {
  std::vector<std::string> function_units;  ///< modules with OPS; of several, one works at a time
  std::set<std::string> inputs;             ///< ports from other PEs
  std::set<std::string> outputs;
  std::set<std::string> dead_inputs;   ///< that reach nothing in the PE
  std::set<std::string> dead_outputs;  ///< that nothing reaches
  bool memory_port = false;            ///< ISOCKETS
  int result_registers = 0;            ///< registers that only the unit's result reaches
  int registers = 0;                   ///< all others
  int read_ports = 0;
  int write_ports = 0;
  int passing = 0;                     ///< pairs of input and output with a way that passes no register
  bool own_result_at_once = false;     ///< the unit can read its result in the cycle in which it appears
  bool registers_apart = false;        ///< some register is not in a register file: one input alone writes it
  std::vector<std::string> conflicts;  ///< pointers of what CONFLICTS forbids together
  std::vector<std::string> unread;     ///< pointers of keys that nothing here understands
};

/// True if a functional unit (a module with OPS) is directly inside `module`.
bool is_morpher_pe(const MorpherModules& modules, const std::string& module);

/// Follows CONNECTIONS of the module and of those in it. Fails, at the key or the value, on what is not an object or a
/// list where one is due, on a port that nobody declares, and where nothing reaches the unit.
Result<MorpherPe> read_morpher_pe(const MorpherModules& modules, const std::string& module);

}  // namespace heddle::exchange
