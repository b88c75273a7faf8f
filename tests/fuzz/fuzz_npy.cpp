// NumPy files: never a crash, and what is accepted survives a round trip.
#include "compiler/tensor/tensor.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto tensor = tensor::parse_npy(fuzz::text_of(data, size), "input");
  if (!tensor) {
    fuzz::check_refusal(tensor.error());
    return 0;
  }
  const auto again = tensor::parse_npy(tensor::print_npy(*tensor), "output");
  fuzz::require(again.has_value() && *again == *tensor, "the round trip changed the tensor");
  return 0;
}
