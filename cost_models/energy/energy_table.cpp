#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/base/check.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/packed_operations.h"
#include "cost_models/energy/energy.h"

extern const char* const heddle_energy_prices;

namespace heddle::energy {
namespace {

constexpr const char* kSchema = "heddle.energy_table/1";
constexpr double kRange = 2;  // published figures of one operation differ by up to this factor either way

/// The kind of an integer operation.
std::optional<std::string> kind_of(dfg::Opcode op) {
  using dfg::Opcode;
  if (op == Opcode::kMul) return "multiply";
  if (dfg::is_division(op)) return "divide";
  if (op >= Opcode::kShl && op <= Opcode::kAshr) return "shift";
  if (op == Opcode::kMov || op == Opcode::kSelect || (op >= Opcode::kAnd && op <= Opcode::kXor) ||
      (op >= Opcode::kSext8 && op <= Opcode::kZext32))
    return "logic";
  if (op == Opcode::kAdd || op == Opcode::kSub || op == Opcode::kAbs || (op >= Opcode::kEq && op <= Opcode::kUmax))
    return "add";
  if (dfg::is_memory(op)) return "add";  // its address; the access is counted apart
  return std::nullopt;
}

/// From the nearest width of the kind that the table has.
std::optional<double> scaled(const std::vector<OperationEnergy>& rows, const std::string& kind, int bits) {
  const OperationEnergy* best = nullptr;
  const auto distance = [bits](const OperationEnergy& row) { return std::abs(std::log2(double(row.bits) / bits)); };
  for (const OperationEnergy& row : rows)
    if (row.kind == kind && (best == nullptr || distance(row) < distance(*best))) best = &row;
  if (best == nullptr) return std::nullopt;
  const double ratio = static_cast<double>(bits) / best->bits;
  const bool quadratic = kind == "multiply" || kind == "divide";
  return best->pj * (quadratic ? ratio * ratio : ratio);
}

/// A part of what an operation does, priced by a row of the table.
struct Step {
  std::string kind;
  int bits = 0;
  std::string_view format;  ///< for fp_add and fp_multiply
};

/// An operation of a number format in steps (docs/energy.md): sums and products by the rows of the format, a
/// multiply-accumulate as its product and an fp32 sum, an order as an integer's, a conversion as a shift to normalise
/// and an addition to round or to move the exponent.
std::vector<Step> steps_of(const dfg::NumberOperation& operation) {
  using F = dfg::NumberFunction;
  constexpr int kSingle = 32, kExponent = 8;
  const int bits = operation.number.bits();
  switch (operation.function) {
    case F::kAdd:
    case F::kSub: return {{"fp_add", bits, operation.format}};
    case F::kMul: return {{"fp_multiply", bits, operation.format}};
    case F::kMac: return {{"fp_multiply", bits, operation.format}, {"fp_add", kSingle, "fp32"}};
    case F::kMin:
    case F::kMax:
    case F::kLt:
    case F::kLe:
    case F::kEq: return {{"add", bits, {}}};
    case F::kToFp32: return {{"shift", bits, {}}, {"add", kExponent, {}}};
    case F::kFromFp32:
    case F::kFromS32:
    case F::kFromU32:
    case F::kToS32:
    case F::kToU32: return {{"shift", kSingle, {}}, {"add", kSingle, {}}};
  }
  return {};
}

/// A dot product is its products, the additions that sum them (as wide as their sum) and the one of 32 bits; a choice
/// of bytes is two levels of multiplexers.
std::vector<Step> steps_of(const dfg::PackedOperation& operation) {
  constexpr int kSum = 32;
  if (!operation.dot) return {{"logic", kSum, {}}, {"logic", kSum, {}}};
  std::vector<Step> steps(static_cast<std::size_t>(operation.lanes), Step{"multiply", operation.bits, {}});
  const int partial = 2 * operation.bits + static_cast<int>(std::log2(operation.lanes));
  steps.insert(steps.end(), static_cast<std::size_t>(operation.lanes) - 1, Step{"add", partial, {}});
  steps.push_back({"add", kSum, {}});
  return steps;
}

/// Integer steps are scaled between widths, those of a format stand in the table.
std::optional<double> price_of(const std::vector<OperationEnergy>& rows, const Step& step) {
  if (step.format.empty()) return scaled(rows, step.kind, step.bits);
  for (const OperationEnergy& row : rows)
    if (row.kind == step.kind && row.format == step.format) return row.pj;
  return std::nullopt;
}

std::optional<double> price_of(const std::vector<OperationEnergy>& rows, dfg::Opcode op, int word_bits) {
  std::vector<Step> steps;
  if (dfg::is_number(op)) {
    steps = steps_of(dfg::number_operation(op));
  } else if (dfg::is_packed(op)) {
    steps = steps_of(dfg::packed_operation(op));
  } else if (const auto kind = kind_of(op)) {
    steps = {{*kind, word_bits, {}}};
  }
  if (steps.empty()) return std::nullopt;
  double sum = 0;
  for (const Step& step : steps) {
    const auto pj = price_of(rows, step);
    if (!pj) return std::nullopt;
    sum += *pj;
  }
  return sum;
}

Result<OperationEnergy> read_operation(const Json& json, const Mark& mark) {
  if (!json.is_object() || !json.value("class", Json()).is_string() ||
      !json.value("bits", Json()).is_number_integer() || !json.value("pj", Json()).is_number() ||
      json["pj"].get<double>() <= 0 || json["bits"].get<int>() <= 0)
    return fail(ErrorCode::kBadInput, "energy table: expected {class, bits > 0, pj > 0}", mark);
  return OperationEnergy{json["class"].get<std::string>(), json["bits"].get<int>(), json["pj"].get<double>(),
                         json.value("format", ""), json.value("source", "")};
}

Result<MemoryEnergy> read_memory(const Json& json, const Mark& mark) {
  const auto positive = [&](const char* key) {
    return json.value(key, Json()).is_number() && json[key].get<double>() > 0;
  };
  if (!json.is_object() || !json.value("level", Json()).is_string() || !positive("pj_per_byte") || !positive("low") ||
      !positive("high"))
    return fail(ErrorCode::kBadInput, "energy table: expected {level, pj_per_byte > 0, low > 0, high > 0}", mark);
  const double value = json["pj_per_byte"].get<double>(), low = json["low"].get<double>(),
               high = json["high"].get<double>();
  if (low > value || value > high)
    return fail(ErrorCode::kBadInput,
                fmt::format("energy table: expected low <= pj_per_byte <= high, found {} {} {}", low, value, high),
                mark);
  return MemoryEnergy{
      json["level"].get<std::string>(), json.value("bytes", 0.0), {value, low, high}, json.value("source", "")};
}

double between(double x, double x0, double y0, double x1, double y1) {
  const double share = std::log(x / x0) / std::log(x1 / x0);
  return y0 * std::pow(y1 / y0, share);
}

}  // namespace

Result<EnergyTable> energy_table(const Document& document) {
  const Json& root = document.root;
  if (!root.is_object() || root.value("schema", "") != kSchema || !root.value("operations", Json()).is_array() ||
      !root.value("memories", Json()).is_array())
    return fail(ErrorCode::kBadInput, fmt::format("expected a document of schema {}", kSchema), document.mark(""));
  EnergyTable table;
  table.version = root.value("version", "");
  table.process = root.value("process", "");
  for (std::size_t i = 0; i < root["operations"].size(); ++i) {
    HEDDLE_ASSIGN(OperationEnergy row,
                  read_operation(root["operations"][i], document.mark(pointer_to("/operations", i))));
    table.operations.push_back(std::move(row));
  }
  for (std::size_t i = 0; i < root["memories"].size(); ++i) {
    HEDDLE_ASSIGN(MemoryEnergy row, read_memory(root["memories"][i], document.mark(pointer_to("/memories", i))));
    table.memories.push_back(std::move(row));
  }
  for (const char* level : {"register", "link", "configuration", "scratchpad", "dram"})
    if (std::none_of(table.memories.begin(), table.memories.end(),
                     [&](const MemoryEnergy& row) { return row.level == level; }))
      return fail(ErrorCode::kBadInput, fmt::format("energy table: no memory level '{}'", level), document.mark(""));
  return table;
}

const EnergyTable& built_in_table() {
  static const EnergyTable table = [] {
    const auto document = parse_json(heddle_energy_prices, "energy.json");
    HEDDLE_CHECK(document, "energy.json does not parse");
    auto read = energy_table(*document);
    HEDDLE_CHECK(read, "energy.json: " + (read ? std::string() : read.error().message));
    return *read;
  }();
  return table;
}

Result<Picojoules> EnergyTable::operation(dfg::Opcode op, int bits) const {
  const auto pj = price_of(operations, op, bits);
  if (!pj)
    return fail(ErrorCode::kUnsupported,
                fmt::format("the energy table (version {}) has nothing for operation {}", version, dfg::name(op)));
  return Picojoules{*pj, *pj / kRange, *pj * kRange};
}

Picojoules EnergyTable::byte_of(const std::string& level, double size) const {
  std::vector<const MemoryEnergy*> rows;
  for (const MemoryEnergy& row : memories)
    if (row.level == level) rows.push_back(&row);
  HEDDLE_CHECK(!rows.empty(), "no memory level " + level);
  std::sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return a->bytes < b->bytes; });
  if (rows.size() == 1 || size <= rows.front()->bytes) return rows.front()->per_byte;
  std::size_t k = 0;
  while (k + 2 < rows.size() && rows[k + 1]->bytes < size) ++k;
  const MemoryEnergy &a = *rows[k], &b = *rows[k + 1];
  const auto at = [&](double Picojoules::* member) {
    return between(size, a.bytes, a.per_byte.*member, b.bytes, b.per_byte.*member);
  };
  return {at(&Picojoules::value), at(&Picojoules::low), at(&Picojoules::high)};
}

}  // namespace heddle::energy
