#include "compiler/base/json.h"
#include "tests/support/matchers.h"

namespace heddle {
namespace {

const char* const kSchema = R"({
  "type": "object", "additionalProperties": false, "required": ["scratchpad"],
  "properties": {
    "scratchpad": {"type": "object", "additionalProperties": false, "properties": {
      "banks": {"type": "integer", "minimum": 1},
      "bank_bytes": {"$ref": "#/definitions/size"},
      "layout": {"enum": ["blocked", "interleaved"]}}},
    "links": {"type": "array", "minItems": 1, "items": {"oneOf": [
      {"enum": ["mesh", "torus"]},
      {"type": "object", "additionalProperties": false, "required": ["from"], "properties": {"from": {"type": "integer"}}}]}}},
  "definitions": {"size": {"type": "integer", "minimum": 4, "maximum": 64, "multipleOf": 4}}})";

Status validate(const std::string& yaml) {
  const auto document = parse_yaml(yaml, "a.yaml").value();
  return validate_schema(document, parse_json(kSchema, "schema").value().root);
}

TEST(ValidateSchema_Good, IsOk) {
  EXPECT_THAT(validate("scratchpad: {banks: 4, bank_bytes: 8, layout: blocked}\nlinks: [mesh, {from: 3}]"), IsOk());
}

TEST(ValidateSchema_WrongType, NamesPathExpectedAndFound) {
  EXPECT_THAT(validate("scratchpad:\n  banks: four\n"),
              HasError(ErrorCode::kBadInput,
                       "a.yaml:2:10: error: at /scratchpad/banks: expected integer >= 1, found \"four\""));
  EXPECT_THAT(validate("scratchpad: 3\n"), HasError(ErrorCode::kBadInput, "at /scratchpad: expected mapping, found 3"));
  EXPECT_THAT(validate("[1]"), HasError(ErrorCode::kBadInput, "at the top level: expected mapping, found a list"));
  EXPECT_THAT(validate("scratchpad: {banks: 1.5}"), HasError(ErrorCode::kBadInput, "found 1.5"));
  EXPECT_THAT(validate("scratchpad: {banks:}"), HasError(ErrorCode::kBadInput, "found nothing (null)"));
}

TEST(ValidateSchema_OutOfRange, NamesTheRange) {
  EXPECT_THAT(validate("scratchpad: {banks: 0}"), HasError(ErrorCode::kBadInput, "expected integer >= 1, found 0"));
  EXPECT_THAT(validate("scratchpad: {bank_bytes: 68}"),
              HasError(ErrorCode::kBadInput, "expected integer from 4 to 64 that is a multiple of 4, found 68"));
  EXPECT_THAT(validate("scratchpad: {bank_bytes: 6}"), HasError(ErrorCode::kBadInput, "multiple of 4, found 6"));
}

TEST(ValidateSchema_UnknownKey, PointsAtTheKeyAndHints) {
  EXPECT_THAT(validate("scratchpad:\n  banx: 4\n"),
              HasError(ErrorCode::kBadInput,
                       "a.yaml:2:3: error: at /scratchpad/banx: unknown key \"banx\"\nhint: did you mean \"banks\"?"));
  EXPECT_THAT(validate("scratchpad: {}\nquetzalcoatl: 1\n"),
              HasError(ErrorCode::kBadInput, "other valid keys here: links"));
}

TEST(ValidateSchema_WrongChoice, ListsChoicesAndHints) {
  EXPECT_THAT(
      validate("scratchpad: {layout: blockd}"),
      HasError(ErrorCode::kBadInput,
               "expected one of \"blocked\", \"interleaved\", found \"blockd\"\nhint: did you mean \"blocked\"?"));
}

TEST(ValidateSchema_Alternatives, ExplainTheOneThatWasMeant) {
  EXPECT_THAT(validate("scratchpad: {}\nlinks: [{from: x}]"),
              HasError(ErrorCode::kBadInput, "at /links/0/from: expected integer, found \"x\""));
  EXPECT_THAT(validate("scratchpad: {}\nlinks: [7]"),
              HasError(ErrorCode::kBadInput, "expected one of \"mesh\", \"torus\", or mapping, found 7"));
}

TEST(ValidateSchema_Missing, NamesTheKey) {
  EXPECT_THAT(validate("links: [mesh]"), HasError(ErrorCode::kBadInput, "key \"scratchpad\" is missing"));
  EXPECT_THAT(validate("scratchpad: {}\nlinks: []"),
              HasError(ErrorCode::kBadInput, "at /links: expected a list with a number of items >= 1, found 0"));
}

}  // namespace
}  // namespace heddle
