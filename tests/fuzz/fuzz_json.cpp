// parse_json never crashes, and what it accepts survives a round trip.
#include "compiler/base/json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto document = parse_json(fuzz::text_of(data, size), "input");
  if (!document) {
    fuzz::check_refusal(document.error());
    return 0;
  }
  for (const auto& [pointer, mark] : document->marks) {
    fuzz::require(mark.line >= 1 && mark.column >= 1, "a value without a place: " + pointer);
    fuzz::require(document->root.contains(Json::json_pointer(pointer)), "a place without a value: " + pointer);
  }
  const auto again = parse_json(dump_json(document->root), "output");
  fuzz::require(again.has_value() && again->root == document->root, "the round trip changed the value");
  return 0;
}
