// program.json: never a crash, and what is accepted survives a round trip and gives inputs for its kernels.
#include "runtime/session/program_json.h"
#include "runtime/verify/vectors.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace heddle;

/// Small enough to make; the inputs of a kernel can be as large as its file says.
bool is_small(const frontend::Kernel& kernel) {
  if (kernel.parameters.size() > 8) return false;
  for (const frontend::Parameter& parameter : kernel.parameters)
    if (parameter.bytes > 64 || parameter.extent_bytes.value_or(0) > 4096) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = parse_json(fuzz::text_of(data, size), "input");
  if (!document) return 0;
  const auto contents = session::program_from_json(*document);
  if (!contents) {
    fuzz::check_refusal(contents.error());
    return 0;
  }
  Json written = session::program_to_json(contents->program);
  // These come from parts of a program that are not in this file.
  for (const char* key : {"regions", "files", "architecture"}) written[key] = document->root[key];
  const auto again = session::program_from_json(parse_json(dump_json(written), "output").value());
  fuzz::require(again.has_value(), "written as something that is not a program");
  fuzz::require(session::program_to_json(again->program) == session::program_to_json(contents->program),
                "the round trip changed the program");
  for (const frontend::Kernel& kernel : contents->program.kernels)
    if (is_small(kernel)) fuzz::require(!verify::make_vectors(kernel, {}).empty(), "a kernel without inputs");
  return 0;
}
