#include "cost_models/fpga/yosys_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "compiler/base/json.h"
#include "cost_models/fpga/design_point.h"

namespace heddle::fpga {
namespace {

tl::unexpected<Error> bad(std::string_view what, std::string_view text) {
  constexpr std::size_t kShown = 120;
  return fail(ErrorCode::kBadInput, fmt::format("{}: unexpected output of the tool: '{}'", what,
                                                text.substr(0, std::min(text.size(), kShown))));
}

std::string plain(std::string_view name) { return std::string(name.substr(name.starts_with('\\') ? 1 : 0)); }

/// The text of the braces that open at `begin`, or empty if they do not close.
std::string_view balanced(std::string_view text, std::size_t begin) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return text.substr(begin, i - begin + 1);
    }
  }
  return {};
}

bool is_count(const Json& value) { return value.is_number_integer() && value.get<std::int64_t>() >= 0; }

Result<ModuleStatistics> statistics_of(const Json& module) {
  if (!module.is_object() || !module.contains("num_cells_by_type") || !module["num_cells_by_type"].is_object())
    return bad("stat", module.dump());
  ModuleStatistics result;
  for (const auto& [type, count] : module["num_cells_by_type"].items()) {
    if (!is_count(count)) return bad("stat", count.dump());
    result.cells[plain(type)] = count.get<std::int64_t>();
  }
  if (module.contains("estimated_num_lc")) {
    if (!is_count(module["estimated_num_lc"])) return bad("stat", module["estimated_num_lc"].dump());
    result.logic_cells = module["estimated_num_lc"].get<std::int64_t>();
  }
  return result;
}

/// The integer that follows the last `key`, up to `end`.
Result<std::int64_t> number_after(std::string_view what, std::string_view text, std::string_view key, char end) {
  const std::size_t at = text.rfind(key);
  if (at == std::string_view::npos) return bad(what, text);
  const char* begin = text.data() + at + key.size();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(begin, text.data() + text.size(), value);
  if (error != std::errc() || stop == text.data() + text.size() || *stop != end || value < 0)
    return bad(what, text.substr(at));
  return value;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

/// The words after `prefix`, or nothing if the line does not start with it.
std::optional<std::string_view> after(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return std::nullopt;
  return line.substr(prefix.size());
}

}  // namespace

Result<std::map<std::string, ModuleStatistics>> parse_statistics(std::string_view text) {
  const std::size_t key = text.find("\"modules\"");
  const std::size_t begin = key == std::string_view::npos ? key : text.find('{', key);
  if (begin == std::string_view::npos) return bad("stat", text);
  const std::string_view object = balanced(text, begin);
  if (object.empty()) return bad("stat", text.substr(key));
  HEDDLE_ASSIGN(const Document document, parse_json(object, "stat.json"));
  std::map<std::string, ModuleStatistics> result;
  for (const auto& [name, module] : document.root.items()) {
    HEDDLE_ASSIGN(result[plain(name)], statistics_of(module));
  }
  return result;
}

Result<std::int64_t> parse_arrival(std::string_view text) {
  if (text.find("Latest arrival time in") == std::string_view::npos &&
      text.find("No timing paths found") != std::string_view::npos)
    return 0;
  const std::size_t line = text.find("Latest arrival time in '");
  if (line == std::string_view::npos) return bad("sta", text);
  return number_after("sta", text.substr(line, text.find('\n', line) - line), "' is ", ':');
}

Result<std::int64_t> parse_depth(std::string_view text) { return number_after("ltp", text, "(length=", ')'); }

Result<std::optional<double>> parse_fmax(std::string_view report) {
  HEDDLE_ASSIGN(const Document document, parse_json(report, "report.json"));
  const Json& root = document.root;
  if (!root.is_object() || !root.contains("fmax") || !root["fmax"].is_object()) return bad("nextpnr report", report);
  std::optional<double> slowest;
  for (const auto& [clock, entry] : root["fmax"].items()) {
    if (!entry.is_object() || !entry.contains("achieved") || !entry["achieved"].is_number())
      return bad("nextpnr report", report);
    const auto achieved = entry["achieved"].get<double>();
    if (!(achieved > 0)) return bad("nextpnr report", report);
    slowest = slowest ? std::min(*slowest, achieved) : achieved;
  }
  return slowest;
}

Result<std::vector<RtlilModule>> parse_rtlil(std::string_view text) {
  std::vector<RtlilModule> modules;
  std::string source_name;
  bool is_top = false, inside = false;
  for (const std::string_view line : lines_of(text)) {
    if (inside) {
      RtlilModule& module = modules.back();
      if (line == "end") {
        inside = false;
      } else if (const auto cell = after(line, "  cell ")) {
        const std::size_t end = cell->find(' ');
        if (end == std::string_view::npos) return bad("rtlil", line);
        ++module.cells[plain(cell->substr(0, end))];
      } else if (const auto parameter = after(line, "  parameter \\")) {
        const std::size_t end = parameter->find(' ');
        if (end == std::string_view::npos) continue;  // without a value
        module.parameters[std::string(parameter->substr(0, end))] = verilog_constant(parameter->substr(end + 1));
      }
    } else if (const auto hdlname = after(line, "attribute \\hdlname \"\\\\")) {
      if (!hdlname->ends_with('"')) return bad("rtlil", line);
      source_name = std::string(hdlname->substr(0, hdlname->size() - 1));
    } else if (line == "attribute \\top 1") {
      is_top = true;
    } else if (const auto module = after(line, "module ")) {
      const std::string module_name = plain(*module);
      modules.push_back({module_name, source_name.empty() ? module_name : source_name, {}, {}, is_top});
      source_name.clear();
      is_top = false;
      inside = true;
    }
  }
  if (inside || modules.empty()) return bad("rtlil", text);
  return modules;
}

std::string verilog_constant(std::string_view rtlil) {
  if (rtlil.starts_with('-')) {
    std::int32_t value = 0;
    std::from_chars(rtlil.data(), rtlil.data() + rtlil.size(), value);
    return verilog_constant(value);
  }
  const std::size_t quote = rtlil.find('\'');
  if (rtlil.starts_with('"') || quote == std::string_view::npos) return std::string(rtlil);
  return fmt::format("{}'b{}", rtlil.substr(0, quote), rtlil.substr(quote + 1));
}

}  // namespace heddle::fpga
