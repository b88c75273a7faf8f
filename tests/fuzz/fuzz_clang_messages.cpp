// What a compiler prints: never a crash, and the place that is found stands in the text.
#include "compiler/frontend/clang_messages.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const std::string_view text = fuzz::text_of(data, size);
  const Mark mark = frontend::first_error(text);
  if (mark == Mark{}) return 0;
  fuzz::require(!mark.file.empty() && mark.line >= 1 && mark.column >= 1, "half a place");
  fuzz::require(text.find(mark.file + ":") != std::string_view::npos, "a file that is not in the text");
  return 0;
}
