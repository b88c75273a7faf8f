// The report of `heddle verify --rtl` as text and as heddle.verify_rtl/1.
#include <fmt/format.h>

#include "runtime/verify/user_rtl.h"

namespace heddle::verify {
namespace {

/// 16777216 as 16,777,216.
std::string grouped(std::uint64_t number) {
  std::string text = fmt::format("{}", number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string shown(const UserRtlReport::Value& value) {
  if (value.code == fmt::format("0x{}", value.value)) return value.value;  // a bit
  return fmt::format("{} ({})", value.code, value.value);
}

Json json_of(const UserRtlReport::Value& value) {
  return {{"port", value.port}, {"code", value.code}, {"value", value.value}};
}

std::string ports_text(const UserRtlReport& report) {
  std::string text;
  for (const UserRtlReport::Use& use : report.uses) {
    text += fmt::format("    {:<12} {}", use.golden, use.rtl);
    if (!use.type.empty()) text += fmt::format(" ({})", use.type);
    text += '\n';
  }
  for (const std::string& port : report.unused_outputs) text += fmt::format("    {:<12} {}\n", "not compared", port);
  return text;
}

std::string example_text(const UserRtlReport& report, const UserRtlReport::Counterexample& example) {
  std::string text = fmt::format("  first difference: phase {}, vector {}\n", example.phase, example.vector);
  constexpr std::size_t kShown = 24;
  const std::size_t count = example.run.size();
  text += example.shortened
              ? fmt::format("  shortest run found from {} ({} vector{}):\n",
                            report.reset_level.empty() ? "power-up" : "reset", count, count == 1 ? "" : "s")
              : fmt::format("  the last {} vectors before it:\n", count);
  std::size_t lines = 0;
  for (std::size_t i = 0; i < count; ++lines) {
    if (lines == kShown && count - i > kShown) {
      text += fmt::format("    ... {} more\n", count - i - kShown / 2);
      i = count - kShown / 2;
    }
    // Equal vectors in a row are one line.
    std::size_t end = i + 1;
    while (end < count && example.run[end] == example.run[i]) ++end;
    const std::string index = end == i + 1 ? fmt::format("{}", i) : fmt::format("{}-{}", i, end - 1);
    text += fmt::format("    {:>7}:", index);
    for (std::size_t j = 0; j < example.run[i].size(); ++j)
      text += fmt::format("{} {} = {}", j == 0 ? "" : ",", example.run[i][j].port, shown(example.run[i][j]));
    text += '\n';
    i = end;
  }
  text += fmt::format("  {}{}: expected {}, got {}\n", example.output,
                      report.clocked ? fmt::format(" in cycle {}", example.cycle) : std::string(),
                      shown(example.expected), shown(example.got));
  return text;
}

}  // namespace

std::uint64_t UserRtlReport::vectors() const {
  std::uint64_t sum = 0;
  for (const Phase& phase : phases) sum += phase.vectors;
  return sum;
}

std::string to_text(const UserRtlReport& report) {
  std::string text = fmt::format("{}: module {} against {} ({})\n", report.equal() ? "equal" : "mismatch", report.top,
                                 report.golden, report.meaning);
  text += "  ports\n" + ports_text(report);
  if (report.clocked)
    text += fmt::format("  latency {} clock cycle{}{}\n", report.latency, report.latency == 1 ? "" : "s",
                        report.latency_found ? " (found)" : "");
  for (const UserRtlReport::Phase& phase : report.phases)
    text += fmt::format("  {:>12} vectors: {}{}\n", grouped(phase.vectors), phase.what,
                        phase.differences == 0 ? std::string() : fmt::format("; {} wrong", grouped(phase.differences)));
  if (report.equal())
    text += report.exhaustive ? fmt::format("  exhaustive: all {} combinations of operands\n",
                                            grouped(static_cast<std::uint64_t>(report.operand_combinations)))
                              : fmt::format("  not exhaustive: there are {:.3g} combinations of operands\n",
                                            report.operand_combinations);
  if (report.counterexample) text += example_text(report, *report.counterexample);
  for (const std::string& note : report.notes) text += fmt::format("  note: {}\n", note);
  if (!report.trace.empty()) text += fmt::format("  waves: {}\n", report.trace);
  return text;
}

Json to_json(const UserRtlReport& report) {
  Json json{{"schema", "heddle.verify_rtl/1"},
            {"equal", report.equal()},
            {"top", report.top},
            {"files", report.files},
            {"golden", report.golden},
            {"meaning", report.meaning},
            {"seed", report.seed},
            {"clocked", report.clocked},
            {"latency", report.latency},
            {"latency_found", report.latency_found},
            {"reset_level", report.reset_level},
            {"operand_combinations", report.operand_combinations},
            {"exhaustive", report.exhaustive},
            {"vectors", report.vectors()}};
  json["ports"] = Json::array();
  for (const UserRtlReport::Use& use : report.uses)
    json["ports"].push_back({{"use", use.golden}, {"rtl", use.rtl}, {"bits", use.bits}, {"type", use.type}});
  json["unused_outputs"] = report.unused_outputs;
  json["phases"] = Json::array();
  for (const UserRtlReport::Phase& phase : report.phases)
    json["phases"].push_back({{"name", phase.name},
                              {"what", phase.what},
                              {"vectors", phase.vectors},
                              {"differences", phase.differences},
                              {"all_operands", phase.all_operands}});
  if (report.counterexample) {
    const UserRtlReport::Counterexample& example = *report.counterexample;
    Json run = Json::array();
    for (const auto& vector : example.run) {
      Json values = Json::array();
      for (const UserRtlReport::Value& value : vector) values.push_back(json_of(value));
      run.push_back(std::move(values));
    }
    json["counterexample"] = {{"phase", example.phase},
                              {"vector", example.vector},
                              {"cycle", example.cycle},
                              {"shortened", example.shortened},
                              {"run", std::move(run)},
                              {"output", example.output},
                              {"expected", json_of(example.expected)},
                              {"got", json_of(example.got)}};
  }
  json["notes"] = report.notes;
  json["trace"] = report.trace;
  return json;
}

}  // namespace heddle::verify
