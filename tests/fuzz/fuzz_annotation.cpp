// HEDDLE_RANGE texts: never a crash, and what is accepted is a range that prints and parses again.
#include "compiler/frontend/annotation.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto range = frontend::parse_range(fuzz::text_of(data, size));
  if (!range) {
    fuzz::check_refusal(range.error());
    return 0;
  }
  if (!*range) return 0;  // not ours
  fuzz::require((*range)->low <= (*range)->high, "a range without values");
  const std::string text = "heddle.range:" + std::to_string((*range)->low) + ":" + std::to_string((*range)->high);
  const auto again = frontend::parse_range(text);
  fuzz::require(again.has_value() && *again == *range, "the round trip changed the range");
  return 0;
}
