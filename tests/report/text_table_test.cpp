#include "runtime/report/text_table.h"

#include <gmock/gmock.h>

#include "compiler/arch/cgra.h"
#include "runtime/report/layers_text.h"
#include "tests/support/matchers.h"

namespace heddle::report {
namespace {

TEST(TextTable_Text, AlignsNumbersRightAndCountsCodePoints) {
  TextTable table({"name", "II"});
  table.add({"größe", "2"});
  table.add({"b", "12"});
  EXPECT_EQ(table.text(), "name   II\ngröße   2\nb      12\n");
}

TEST(TextTable_Text, WordsGiveWayToTheWidthAndNumbersDoNot) {
  TextTable table({"operators", "place", "cycles"});
  table.add({"IntegerConv+Requantize+Füllung", "on the array", "12 345 678"});
  for (const std::size_t columns : {100U, 40U, 33U}) {
    const std::string text = table.text(columns);
    std::size_t widest = 0;
    std::size_t line = 0;
    for (const char c : text) {
      line = c == '\n' ? 0 : line + ((c & 0xC0) != 0x80 ? 1 : 0);
      widest = std::max(widest, line);
    }
    EXPECT_LE(widest, columns);
    EXPECT_THAT(text, testing::HasSubstr("12 345 678"));
  }
}

TEST(Grouped_Numbers, HaveASpaceEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(grouped(1234567), "1 234 567");
}

// A dot product of four bytes is one operation, a product and a sum are two.
TEST(LayersText, SharesAreOfWhatThePesCanBegin) {
  const auto shipped = [](const char* name) {
    return *arch::find(name, std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures");
  };
  const arch::Cgra scalar = shipped("hycube_8x8");
  const arch::Cgra packed = shipped("hycube_ml_8x8");
  EXPECT_EQ(macs_per_cycle(scalar), 64 * 0.5);
  std::int64_t dots = 0;
  for (const arch::Pe& pe : packed.pes)
    dots += packed.classes[static_cast<std::size_t>(pe.pe_class)].operations.contains(dfg::Opcode::kS8Dot) ? 1 : 0;
  EXPECT_GT(dots, 32);
  EXPECT_EQ(macs_per_cycle(packed), static_cast<double>(dots) * 4 + static_cast<double>(64 - dots) * 0.5);
  const Json layer{{"name", "conv"},      {"operators", {"IntegerConv"}}, {"output", "uint8[1]"}, {"macs", 1600},
                   {"place", "array"},    {"regions", Json::array()},     {"launches", 1},        {"array_cycles", 100},
                   {"transfer_cycles", 1}};
  EXPECT_THAT(layers_text({{"layers", {layer}}}, scalar), testing::HasSubstr(" 50.0 % of the multiply-accumulates"));
}

}  // namespace
}  // namespace heddle::report
