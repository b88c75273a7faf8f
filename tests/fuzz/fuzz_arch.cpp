// The loader of architectures never crashes; what it accepts is consistent and survives a round trip.
#include "compiler/arch/cgra.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto document = parse_yaml(fuzz::text_of(data, size), "input");
  if (!document) return 0;
  auto cgra = arch::from_document(*document);
  if (!cgra) {
    fuzz::check_refusal(cgra.error());
    fuzz::require(cgra.error().where.line >= 1, "an error without a place");
    return 0;
  }
  fuzz::require(arch::finish(*cgra).has_value(), "accepted, but not consistent");
  const auto loop = arch::combinational_loop(*cgra);
  fuzz::require(loop.empty() || cgra->bypass.turns == arch::Turns::kAny, "a loop in dimension order");
  const auto text = parse_json(dump_json(arch::to_json(*cgra)), "output");
  fuzz::require(text.has_value(), "written as something that is not JSON");
  const auto again = arch::from_document(*text);
  fuzz::require(again.has_value() && *again == *cgra, "the round trip changed the value");
  return 0;
}
