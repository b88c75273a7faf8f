// docs/adding_an_architecture.md is followed to the letter.
#include "compiler/base/files.h"
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

std::string guide() { return read_file(std::string(HEDDLE_SOURCE_DIR) + "/docs/adding_an_architecture.md").value(); }

TEST(Guide_Example, Loads) {
  const std::string text = guide();
  const std::size_t start = text.find("```yaml\n") + 8;
  const auto cgra = from_yaml(text.substr(start, text.find("```", start) - start));
  ASSERT_THAT(cgra, IsOk());
  EXPECT_EQ(cgra->name, "example_3x4");
  EXPECT_EQ(cgra->memory_pes, (std::vector<PeId>{PeId(0), PeId(4), PeId(8), PeId(11)}));
  EXPECT_EQ(cgra->timing(PeId(0), dfg::Opcode::kLoadS8), (Timing{3, 1}));
}

/// The table row of a group names all of its operations, or the groups that they come from.
TEST(Guide_Table, NamesEveryGroupAndOperation) {
  const std::string text = guide();
  for (const std::string& group : operation_groups())
    EXPECT_NE(text.find("| `" + group + "` |"), std::string::npos) << group;
  for (const char* group : {"arithmetic", "logic", "shift", "compare", "minmax", "extend", "div", "load", "store"}) {
    const std::size_t start = text.find("| `" + std::string(group) + "` |");
    const std::string row = text.substr(start, text.find('\n', start) - start);
    for (const dfg::Opcode op : operations_named(group, 64))
      EXPECT_NE(row.find("`" + std::string(dfg::name(op)) + "`"), std::string::npos) << group << " " << dfg::name(op);
  }
}

}  // namespace
}  // namespace heddle::arch
