// Names of number formats: never a crash, and what is accepted has a name that parses to the same format.
#include "compiler/numerics/format.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const std::string_view text = fuzz::text_of(data, size);
  const auto format = numerics::parse_format(text);
  if (!format) {
    fuzz::check_refusal(format.error());
    const std::string nearest = format.error().hint.substr(format.error().hint.rfind(' ') + 1);
    fuzz::require(numerics::parse_format(nearest).has_value(), "a hint that is no name: " + nearest);
    return 0;
  }
  const std::string name = numerics::name(*format);
  const auto again = numerics::parse_format(name);
  fuzz::require(again.has_value(), "a name that does not parse: " + name);
  fuzz::require(*again == *format, "the round trip changed the format: " + name);
  fuzz::require(numerics::name(*again) == name, "two names: " + name);
  return 0;
}
