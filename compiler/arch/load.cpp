// From a document to a Cgra. The schema has checked keys, types and ranges; what is left are names and relations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>

#include "compiler/arch/check_timing.h"
#include "compiler/arch/source.h"
#include "compiler/arch/swat.h"
#include "compiler/base/check.h"
#include "compiler/base/files.h"

extern const char* const heddle_arch_schema;

namespace heddle::arch {
namespace {

/// Names become file and RTL module names.
bool is_identifier(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto rest = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), rest);
}

std::vector<std::string> operation_names() {
  std::vector<std::string> names = operation_groups();
  for (const dfg::OpcodeInfo& entry : dfg::opcodes()) names.emplace_back(entry.name);
  return names;
}

/// One entry of `operations`, expanded.
struct OperationEntry {
  std::vector<dfg::Opcode> operations;
  std::optional<int> latency;
  std::optional<int> interval;
  std::string pointer;
};

Result<OperationEntry> read_entry(const Source& source, const std::string& pointer, const std::string& name,
                                  const Json& timing, int word_bits) {
  OperationEntry entry{operations_named(name, word_bits), {}, {}, pointer};
  if (entry.operations.empty()) {
    const std::vector<std::string> known = operation_names();
    if (std::find(known.begin(), known.end(), name) != known.end())
      return source.key_error(pointer, fmt::format("operation \"{}\" needs words wider than {} bits", name, word_bits));
    return source.key_error(pointer, fmt::format("unknown operation \"{}\"", name), hint_for(name, known));
  }
  if (timing.is_object() && timing.contains("latency")) entry.latency = timing["latency"].get<int>();
  if (timing.is_object() && timing.contains("interval")) entry.interval = timing["interval"].get<int>();
  return entry;
}

Timing timing_of(dfg::Opcode op, const OperationEntry& entry) {
  Timing timing = default_timing(op);
  const bool iterative = timing.interval == timing.latency && timing.latency > 1;
  timing.latency = entry.latency.value_or(timing.latency);
  timing.interval = entry.interval.value_or(iterative ? timing.latency : timing.interval);
  return timing;
}

Status add_operations(const Source& source, const OperationEntry& entry, PeClass& pe_class) {
  for (const dfg::Opcode op : entry.operations) {
    const Timing timing = timing_of(op, entry);
    if (const std::string why = timing_fault(op, timing); !why.empty()) return source.error(entry.pointer, why);
    pe_class.operations[op] = timing;
  }
  return {};
}

Status read_class(const Source& source, const std::string& pointer, const Json& value, const Cgra& cgra,
                  PeClass& result) {
  const auto number = [&](const char* key, int& field) { field = value.value(key, field); };
  number("registers", result.registers);
  number("rf_read_ports", result.rf_read_ports);
  number("rf_write_ports", result.rf_write_ports);
  number("constants", result.constants);
  number("live_outs", result.live_outs);
  number("address_generators", result.address_generators);
  HEDDLE_TRY(read_operations(source, pointer_to(pointer, "operations"), value["operations"], cgra.word_bits, result));
  const bool accesses = std::any_of(result.operations.begin(), result.operations.end(),
                                    [](const auto& entry) { return dfg::is_memory(entry.first); });
  result.memory = value.value("memory", accesses);
  if (accesses && !result.memory)
    return source.error(pointer_to(pointer, "memory"),
                        "loads or stores are among the operations, so memory cannot be false");
  if (result.memory && result.constants < 1)
    return source.error(pointer_to(pointer, "constants"),
                        "a PE with memory needs at least one constant field, for the base address");
  if (const std::string why = generator_fault(result, cgra.loop_levels); !why.empty())
    return source.error(pointer_to(pointer, "address_generators"), why);
  return {};
}

Status read_classes(const Source& source, Cgra& cgra) {
  for (const auto& [name, value] : source.root()["pe_classes"].items()) {
    const std::string pointer = pointer_to("/pe_classes", name);
    if (!is_identifier(name))
      return source.key_error(pointer, "a class name is a letter, then letters, digits and underscores");
    PeClass result;
    result.name = name;
    HEDDLE_TRY(read_class(source, pointer, value, cgra, result));
    cgra.classes.push_back(std::move(result));
  }
  return {};
}

Status check_power_of_two(const Source& source, const char* key, std::int64_t value) {
  if ((value & (value - 1)) == 0) return {};
  return source.error(pointer_to("/scratchpad", key), fmt::format("expected a power of two, found {}", value));
}

Status read_scratchpad(const Source& source, Scratchpad& result) {
  if (!source.root().contains("scratchpad")) return {};
  const Json& value = source.root()["scratchpad"];
  result.banks = value.value("banks", result.banks);
  result.bank_bytes = value.value("bank_bytes", result.bank_bytes);
  result.ports = value.value("ports", result.ports);
  result.interleaved = value.value("layout", "blocked") == std::string("interleaved");
  HEDDLE_TRY(check_power_of_two(source, "banks", result.banks));
  return check_power_of_two(source, "bank_bytes", result.bank_bytes);
}

void read_bypass(const Json& root, Bypass& result) {
  if (!root.contains("bypass")) return;
  result.hop_limit = root["bypass"].value("hop_limit", 1);
  const bool any = root["bypass"].value("turns", "dimension_order") == std::string("any");
  result.turns = any ? Turns::kAny : Turns::kDimensionOrder;
}

Status read_header(const Source& source, Cgra& cgra) {
  const Json& root = source.root();
  cgra.name = root["name"].get<std::string>();
  if (!is_identifier(cgra.name))
    return source.error("/name", "a name is a letter, then letters, digits and underscores");
  cgra.description = root.value("description", "");
  cgra.word_bits = root.value("word_bits", cgra.word_bits);
  cgra.rows = root["grid"]["rows"].get<int>();
  cgra.columns = root["grid"]["columns"].get<int>();
  cgra.config_depth = root.value("config_depth", cgra.config_depth);
  cgra.max_stages = root.value("max_stages", cgra.max_stages);
  cgra.loop_levels = root.value("loop_levels", cgra.loop_levels);
  return {};
}

Status read_pes(const Source& source, Cgra& cgra) {
  for (int row = 0; row < cgra.rows; ++row)
    for (int column = 0; column < cgra.columns; ++column) cgra.pes.push_back({row, column, 0});
  HEDDLE_ASSIGN(const auto classes, read_placement(source, cgra));
  for (std::size_t i = 0; i < classes.size(); ++i) cgra.pes[i].pe_class = classes[i];
  return {};
}

/// A window-attention array where an array of PEs is wanted.
tl::unexpected<Error> not_a_cgra(const std::string& name, Mark where) {
  return fail(ErrorCode::kUnsupported,
              fmt::format("\"{}\" is a window-attention array: it runs attention, not loops", name), std::move(where),
              fmt::format("heddle simulate --arch {} --workload longformer_base; for loops, an array of PEs such as "
                          "hycube_4x4",
                          name));
}

}  // namespace

std::string hint_for(const std::string& name, const std::vector<std::string>& names) {
  const std::string near = nearest_name(name, names);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  return fmt::format("known names: {}", fmt::join(names, ", "));
}

Status read_operations(const Source& source, const std::string& pointer, const Json& value, int word_bits,
                       PeClass& pe_class) {
  std::vector<OperationEntry> entries;
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      HEDDLE_ASSIGN(auto entry,
                    read_entry(source, pointer_to(pointer, i), value[i].get<std::string>(), nullptr, word_bits));
      entries.push_back(std::move(entry));
    }
  } else {
    for (const auto& [name, timing] : value.items()) {
      HEDDLE_ASSIGN(auto entry, read_entry(source, pointer_to(pointer, name), name, timing, word_bits));
      entries.push_back(std::move(entry));
    }
  }
  // Wide entries first, so that narrower ones override them.
  std::map<std::size_t, std::vector<const OperationEntry*>, std::greater<>> by_width;
  for (const OperationEntry& entry : entries) by_width[entry.operations.size()].push_back(&entry);
  for (const auto& [width, same] : by_width)
    for (const OperationEntry* entry : same) HEDDLE_TRY(add_operations(source, *entry, pe_class));
  return {};
}

const Json& schema() {
  static const Json value = [] {
    auto document = parse_json(heddle_arch_schema, "arch.json");
    HEDDLE_CHECK(document.has_value(), "the embedded schema of architectures does not parse");
    return std::move(document->root);
  }();
  return value;
}

Result<Cgra> from_document(const Document& document) {
  if (is_swat(document)) return not_a_cgra(document.root.value("name", "it"), document.mark("/arch"));
  HEDDLE_TRY(validate_schema(document, schema()));
  const Source source(document);
  Cgra cgra;
  HEDDLE_TRY(read_header(source, cgra));
  HEDDLE_TRY(read_classes(source, cgra));
  HEDDLE_TRY(read_pes(source, cgra));
  HEDDLE_TRY(read_links(source, cgra));
  read_bypass(source.root(), cgra.bypass);
  HEDDLE_TRY(read_scratchpad(source, cgra.scratchpad));
  if (Status status = finish(cgra); !status) {
    Error error = std::move(status).error();
    if (error.where.file.empty()) error.where = document.mark("");
    return fail(std::move(error));
  }
  return cgra;
}

Result<Cgra> load(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const Document document, read_document(path));
  return from_document(document);
}

Result<Cgra> find(const std::string& name_or_path, const std::filesystem::path& architectures_dir) {
  std::error_code code;
  if (std::filesystem::is_regular_file(name_or_path, code)) return load(name_or_path);
  const auto names = names_in(architectures_dir, ".yaml");
  if (std::find(names.begin(), names.end(), name_or_path) != names.end())
    return load(architectures_dir / (name_or_path + ".yaml"));
  if (std::filesystem::is_regular_file(swat_directory(architectures_dir) / (name_or_path + ".yaml"), code))
    return not_a_cgra(name_or_path, {});
  return fail(ErrorCode::kNotFound, fmt::format("no file and no shipped architecture is called \"{}\"", name_or_path),
              {}, hint_for(name_or_path, names));
}

}  // namespace heddle::arch
