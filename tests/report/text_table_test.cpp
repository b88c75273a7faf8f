#include "runtime/report/text_table.h"

#include "tests/support/matchers.h"

namespace heddle::report {
namespace {

TEST(TextTable_Text, AlignsNumbersRightAndCountsCodePoints) {
  TextTable table({"name", "II"});
  table.add({"größe", "2"});
  table.add({"b", "12"});
  EXPECT_EQ(table.text(), "name   II\ngröße   2\nb      12\n");
}

TEST(Grouped_Numbers, HaveASpaceEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(grouped(1234567), "1 234 567");
}

}  // namespace
}  // namespace heddle::report
