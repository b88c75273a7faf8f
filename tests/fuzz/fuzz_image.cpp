// Configuration images: never a crash, and what is accepted survives a round trip and can be executed or is refused.
#include "compiler/base/files.h"
#include "compiler/codegen/execute.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/pair_array.h"

namespace {

using namespace heddle;

/// Seeds say ARCH_HASH, so that they stay good when the description of architectures grows.
std::string with_hash(std::string text, const arch::Cgra& cgra) {
  const std::string placeholder = "ARCH_HASH";
  if (const auto at = text.find(placeholder); at != std::string::npos)
    text.replace(at, placeholder.size(), hex64(codegen::architecture_hash(cgra)));
  return text;
}

void run(const arch::Cgra& cgra, const codegen::Image& image) {
  dfg::Launch launch{3, {}, std::vector<std::uint64_t>(image.banks.size(), 8)};
  for (const auto& patch : image.patches)
    if (patch.value.live_in.value > 100) return;
  launch.live_ins.assign(101, 7);
  if (image.schedule_length > 100) return;
  std::vector<std::uint8_t> scratchpad(static_cast<std::size_t>(cgra.scratchpad.bytes()), 1);
  const auto execution = codegen::execute(cgra, image, launch, scratchpad);
  if (!execution) fuzz::check_refusal(execution.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const arch::Cgra cgra = testing_support::pair_array();
  const auto document = parse_json(with_hash(std::string(fuzz::text_of(data, size)), cgra), "input");
  if (!document) return 0;
  const auto image = codegen::image_from_json(*document, cgra);
  if (!image) {
    fuzz::check_refusal(image.error());
    return 0;
  }
  const auto again = codegen::image_from_json(parse_json(dump_json(codegen::to_json(*image)), "output").value(), cgra);
  fuzz::require(again.has_value() && *again == *image, "the round trip changed the image");
  run(cgra, *image);
  return 0;
}
