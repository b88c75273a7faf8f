// NumPy archives: never a crash, and what is accepted survives a round trip through a file.
#include <unistd.h>

#include <filesystem>

#include "compiler/tensor/tensor.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto tensors = tensor::parse_npz(fuzz::text_of(data, size), "input");
  if (!tensors) {
    fuzz::check_refusal(tensors.error());
    return 0;
  }
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("heddle_fuzz_" + std::to_string(::getpid()) + ".npz");
  // A name that is no name of a zip member (not UTF-8, say) may be refused.
  if (const Status written = tensor::write_npz(file, *tensors); !written) {
    fuzz::check_refusal(written.error());
    return 0;
  }
  const auto again = tensor::read_npz(file);
  std::filesystem::remove(file);
  fuzz::require(again.has_value() && *again == *tensors, "the round trip changed the tensors");
  return 0;
}
