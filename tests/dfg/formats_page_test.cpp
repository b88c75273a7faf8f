// The examples of docs/formats.md are what the readers accept.
#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/support/matchers.h"

namespace heddle::dfg {
namespace {

std::string block(const std::string& language) {
  const std::string page = read_file(HEDDLE_SOURCE_DIR "/docs/formats.md").value();
  const std::string fence = "```" + language + "\n";
  const std::size_t start = page.find(fence) + fence.size();
  return page.substr(start, page.find("```", start) - start);
}

TEST(FormatsPage_TextExample, IsAnExecutableGraph) {
  const auto graph = parse_text(block("dfg"), "docs/formats.md");
  ASSERT_THAT(graph, IsOk());
  EXPECT_THAT(verify(*graph, Purpose::kExecution), IsOk());
  EXPECT_EQ(parse_text(print_text(*graph), "printed").value(), *graph);
}

TEST(FormatsPage_JsonExample, IsAnExecutableGraph) {
  const auto document = parse_json(block("json"), "docs/formats.md");
  ASSERT_THAT(document, IsOk());
  const auto graph = from_json(*document);
  ASSERT_THAT(graph, IsOk());
  EXPECT_THAT(verify(*graph, Purpose::kExecution), IsOk());
}

TEST(FormatsPage_Operations, AreAllNamed) {
  const std::string page = read_file(HEDDLE_SOURCE_DIR "/docs/formats.md").value();
  const std::string list = page.substr(page.find("Operations:"));
  for (const OpcodeInfo& entry : opcodes())
    EXPECT_NE(list.find(std::string(entry.name)), std::string::npos) << entry.name;
}

}  // namespace
}  // namespace heddle::dfg
