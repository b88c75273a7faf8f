// Morpher's architectures: never a crash; a refusal has a place, and what is accepted is a consistent array.
#include "compiler/exchange/morpher_arch.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto document = parse_json(fuzz::text_of(data, size), "input");
  if (!document || !exchange::is_morpher_arch(*document)) return 0;
  auto read = exchange::read_morpher_arch(*document, "input");
  if (!read) {
    fuzz::check_refusal(read.error());
    fuzz::require(read.error().where.line >= 1, "an error without a place");
    return 0;
  }
  fuzz::require(arch::finish(read->cgra).has_value(), "accepted, but not consistent");
  for (const Note& each : read->warnings)
    fuzz::require(each.where.line >= 1, "a warning without a place: " + each.message);
  return 0;
}
