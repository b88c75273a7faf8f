// parse_yaml never crashes, and what it accepts is JSON.
#include "compiler/base/json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto document = parse_yaml(fuzz::text_of(data, size), "input");
  if (!document) {
    fuzz::check_refusal(document.error());
    return 0;
  }
  for (const auto& [pointer, mark] : document->marks)
    fuzz::require(mark.line >= 1 && mark.column >= 1, "a value without a place: " + pointer);
  fuzz::require(parse_json(dump_json(document->root), "output").has_value(), "not JSON");
  return 0;
}
