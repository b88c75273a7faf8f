#include "tests/onnx/coverage_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/frontend/onnx/import.h"

namespace heddle::frontend {
namespace {

struct Row {
  int passed = 0;
  int cases = 0;
  std::set<std::int64_t> opsets;
};

/// Uses operators, and only ones that have a rule.
bool covers(const std::set<std::string>& supported, const CaseResult& result) {
  return !result.operators.empty() &&
         std::includes(supported.begin(), supported.end(), result.operators.begin(), result.operators.end());
}

bool passed(const CaseResult& result) {
  return result.verdict == Verdict::kPassed || result.verdict == Verdict::kLoose;
}

std::string opset_range(const std::set<std::int64_t>& opsets) {
  if (opsets.empty()) return "";
  return *opsets.begin() == *opsets.rbegin() ? fmt::to_string(*opsets.begin())
                                             : fmt::format("{} to {}", *opsets.begin(), *opsets.rbegin());
}

/// The reason of a refusal, without the node's name.
std::string reason(const CaseResult& result) {
  const std::size_t at = result.message.find("opset ");
  const std::size_t colon = result.message.find(": ");
  if (at != std::string::npos) {
    const std::size_t after = result.message.find(": ", at);
    if (after != std::string::npos) return result.message.substr(after + 2);
  }
  return colon == std::string::npos ? result.message : result.message.substr(colon + 2);
}

std::string list_of(const std::vector<CaseResult>& cases, Verdict verdict, const std::set<std::string>& supported) {
  std::string text;
  for (const CaseResult& result : cases) {
    const bool ours = covers(supported, result);
    if (result.verdict == verdict && ours) text += fmt::format("| {} | {} |\n", result.name, reason(result));
  }
  return text;
}

}  // namespace

std::string coverage_page(const std::vector<CaseResult>& cases) {
  const std::vector<std::string> rules = onnx_operators();
  const std::set<std::string> supported(rules.begin(), rules.end());
  std::map<std::string, Row> rows;
  for (const std::string& name : rules) rows[name];
  std::map<std::string, int> missing;
  int all_passed = 0;
  int covered = 0;
  for (const CaseResult& result : cases) {
    const bool ours = covers(supported, result);
    if (ours) ++covered;
    if (passed(result)) ++all_passed;
    for (const std::string& name : result.operators) {
      if (!supported.contains(name)) {
        ++missing[name];
        continue;
      }
      Row& row = rows[name];
      if (!ours) continue;
      ++row.cases;
      row.passed += passed(result) ? 1 : 0;
      row.opsets.insert(result.opset);
    }
  }
  std::string text = fmt::format(R"(# ONNX operators

Written by the test `Standard_Cases.EveryCaseAsRecorded` from ONNX's own test data (Debian's libonnx-testdata 1.12), and compared with it at
every run: a case that begins or ceases to pass changes this page. Floats agree within 1e-5 relative or 1e-6 absolute where nothing else is said.

**{} of {} cases pass**; {} use supported operators only. Opsets 7 to 17, and older ones where the operator is still defined as in opset 7. Element types:
bool, integers of 8 to 64 bits, float32; float64 where elements are taken one by one. An operator counts the cases that it is a part of.

| operator | passed / cases | opsets of the cases |
|---|---|---|
)",
                                 all_passed, cases.size(), covered);
  for (const auto& [name, row] : rows)
    text += fmt::format("| {} | {} | {} |\n", name,
                        row.cases == 0 ? "no case" : fmt::format("{} / {}", row.passed, row.cases),
                        opset_range(row.opsets));
  text += "\n## Cases of supported operators that are refused\n\n| case | reason |\n|---|---|\n" +
          list_of(cases, Verdict::kRefused, supported);
  text += fmt::format(R"(
## Cases that agree within 1e-3 only

The expected values follow the operator's definition in float64; the model in the file does the same in float32 steps. onnxruntime 1.30
gives our values (tried: test_hannwindow_expanded, test_blackmanwindow_symmetric_expanded).

| case | first difference |
|---|---|
{}
## Cases with another result

The expected values take the resized length before rounding (2.4 of 4 elements scaled by 0.6), against the operator's text ("length
of the resized tensor"). onnxruntime 1.30 gives our values in both.

| case | first difference |
|---|---|
{})",
                      list_of(cases, Verdict::kLoose, supported), list_of(cases, Verdict::kWrong, supported));
  std::vector<std::string> names;
  for (const auto& [name, count] : missing) names.push_back(fmt::format("{} ({})", name, count));
  text += fmt::format("\n## Operators without a rule\n\nRefused by name, with the cases that use them:\n{}.\n",
                      fmt::join(names, ", "));
  return text;
}

}  // namespace heddle::frontend
