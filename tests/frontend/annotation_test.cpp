// The text of HEDDLE_RANGE, of integers and of other numbers.
#include "compiler/frontend/annotation.h"

#include "tests/support/matchers.h"

namespace heddle::frontend {
namespace {

TEST(Annotation_Integers, AreDecimalAndInOrder) {
  EXPECT_EQ(parse_range("heddle.range:-3:(7)").value(), (Range{-3, 7}));
  EXPECT_EQ(parse_range("another").value(), std::nullopt);
  EXPECT_THAT(parse_range("heddle.range:0.5:2"), HasError(ErrorCode::kBadInput, "two decimal integers of 64 bits"));
  EXPECT_THAT(parse_range("heddle.range:2:1"), HasError(ErrorCode::kBadInput, "has no values"));
}

TEST(Annotation_RealNumbers, MayBeFractionsWithASuffix) {
  EXPECT_EQ(parse_real_range("heddle.range:-0.5:2").value(), (RealRange{-0.5, 2}));
  EXPECT_EQ(parse_real_range("heddle.range:(-1e-3):1.25f").value(), (RealRange{-1e-3, 1.25}));
  EXPECT_THAT(parse_real_range("heddle.range:0:inf"), HasError(ErrorCode::kBadInput, "two decimal numbers"));
  EXPECT_THAT(parse_real_range("heddle.range:0:nan"), HasError(ErrorCode::kBadInput, "two decimal numbers"));
  EXPECT_THAT(parse_real_range("heddle.range:1:-1"), HasError(ErrorCode::kBadInput, "has no values"));
}

}  // namespace
}  // namespace heddle::frontend
