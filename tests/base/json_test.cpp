#include "compiler/base/json.h"

#include "tests/support/matchers.h"

namespace heddle {
namespace {

TEST(ParseJson_Marks, EveryValueAndKeyHasItsPlace) {
  const auto document = parse_json("{\"a\": [1,\n  -2.5, \"x\\\"y\"],\n \"b/c\": {\"d\": null}}", "f.json").value();
  EXPECT_EQ(document.mark(""), (Mark{"f.json", 1, 1}));
  EXPECT_EQ(document.mark("/a"), (Mark{"f.json", 1, 7}));
  EXPECT_EQ(document.mark("/a/1"), (Mark{"f.json", 2, 3}));
  EXPECT_EQ(document.mark("/a/2"), (Mark{"f.json", 2, 9}));
  EXPECT_EQ(document.mark("/b~1c/d"), (Mark{"f.json", 3, 15}));
  EXPECT_EQ(document.key_mark("/b~1c/d"), (Mark{"f.json", 3, 10}));
  EXPECT_EQ(document.mark("/a/7/8"), document.mark("/a"));
  EXPECT_EQ(document.root.at("a").at(2), "x\"y");
}

TEST(ParseJson_Malformed, SaysWhereAndWhat) {
  EXPECT_THAT(parse_json("{\"a\": 1,\n \"b\" 2}", "f.json"), HasError(ErrorCode::kBadInput, "f.json:2:6: error: "));
  EXPECT_THAT(parse_json("{\"a\": [1, 2", "f.json"), HasError(ErrorCode::kBadInput, "f.json:1:12: error: "));
  EXPECT_THAT(parse_json("", "f.json"), HasError(ErrorCode::kBadInput, "f.json:1:1: error: "));
  EXPECT_THAT(parse_json("[1] x", "f.json"), HasError(ErrorCode::kBadInput, "f.json:1:5: error: "));
  EXPECT_THAT(parse_json("[1e999]", "f.json"), HasError(ErrorCode::kBadInput, "number overflow"));
  EXPECT_THAT(parse_json("\"\xFF\"", "f.json"), HasError(ErrorCode::kBadInput, "UTF-8"));
}

TEST(ParseJson_DuplicateKey, NamesBothPlaces) {
  const auto result = parse_json("{\"a\": {\"x\": 1,\n\"x\": 2}}", "f.json");
  EXPECT_THAT(result, HasError(ErrorCode::kBadInput, "f.json:2:1: error: at /a/x: duplicate key \"x\""));
  EXPECT_THAT(result, HasError(ErrorCode::kBadInput, "f.json:1:8: note: first given here"));
}

TEST(ParseJson_DeepNesting, IsRefused) {
  EXPECT_THAT(parse_json(std::string(100000, '['), "f.json"), HasError(ErrorCode::kBadInput, "nested deeper than"));
}

TEST(ParseYaml_CoreTypes, FollowYaml12) {
  const auto root =
      parse_yaml("[1, -0x10, 0x10, 0o17, 010, 1.5, .5, 1e3, true, no, ~, null, '1', \"two\", 12ab, -3, +4]", "f")
          .value()
          .root;
  const Json expected = {1,    "-0x10", 16,      15,  10,    1.5,    0.5, 1000.0, true,
                         "no", nullptr, nullptr, "1", "two", "12ab", -3,  4};
  EXPECT_EQ(root, expected);
}

TEST(ParseYaml_Marks, EveryValueAndKeyHasItsPlace) {
  const auto document = parse_yaml("# head\na: 1\nlist:\n  - x\n  - k: v\n", "f.yaml").value();
  EXPECT_EQ(document.mark("/a"), (Mark{"f.yaml", 2, 4}));
  EXPECT_EQ(document.key_mark("/list"), (Mark{"f.yaml", 3, 1}));
  EXPECT_EQ(document.mark("/list/1/k"), (Mark{"f.yaml", 5, 8}));
}

TEST(ParseYaml_Malformed, SaysWhereAndWhat) {
  EXPECT_THAT(parse_yaml("a: [1, 2\nb: 3\n", "f.yaml"), HasError(ErrorCode::kBadInput, "f.yaml:2:"));
  EXPECT_THAT(parse_yaml("a: 1\na: 2\n", "f.yaml"),
              HasError(ErrorCode::kBadInput, "f.yaml:2:1: error: at /a: duplicate key"));
  EXPECT_THAT(parse_yaml("", "f.yaml"), HasError(ErrorCode::kBadInput, "empty document"));
  EXPECT_THAT(parse_yaml("# nothing\n", "f.yaml"), HasError(ErrorCode::kBadInput, "empty document"));
  EXPECT_THAT(parse_yaml("a: 1\n---\nb: 2\n", "f.yaml"), HasError(ErrorCode::kBadInput, "second document"));
  EXPECT_THAT(parse_yaml("? [1, 2]\n: 3\n", "f.yaml"), HasError(ErrorCode::kBadInput, "key must be a scalar"));
  EXPECT_THAT(parse_yaml("a: !mine 1\n", "f.yaml"), HasError(ErrorCode::kBadInput, "unsupported tag"));
  EXPECT_THAT(parse_yaml("a: .inf\n", "f.yaml"), HasError(ErrorCode::kBadInput, "must be finite"));
  EXPECT_THAT(parse_yaml(std::string("a\0b", 3), "f.yaml"),
              HasError(ErrorCode::kBadInput, "f.yaml:1:2: error: not a text file"));
  for (const char* bad : {"x\xFF", "x\xC0\x80", "x\xED\xA0\x80", "x\xF4\x90\x80\x80", "x\xE2\x82"})
    EXPECT_THAT(parse_yaml(std::string("# \u20ac\na: ") + bad, "f.yaml"),
                HasError(ErrorCode::kBadInput, "f.yaml:2:5: error: not UTF-8"));
  EXPECT_THAT(parse_yaml(std::string(300, '[') + std::string(300, ']'), "f.yaml"),
              HasError(ErrorCode::kBadInput, "deep"));
}

TEST(ParseYaml_Alias, IsCopiedButNeverIntoItself) {
  const auto root = parse_yaml("base: &b {x: 1, y: [2]}\ncopy: *b\n", "f.yaml").value().root;
  EXPECT_EQ(root.at("copy"), root.at("base"));
  EXPECT_THAT(parse_yaml("a: &a [*a]\n", "f.yaml"), HasError(ErrorCode::kBadInput, "alias inside the value"));
  EXPECT_THAT(parse_yaml("a: *nobody\n", "f.yaml"), HasError(ErrorCode::kBadInput, "f.yaml:1:"));
}

TEST(ParseYaml_AliasBomb, IsRefusedByCount) {
  std::string text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 12; ++i)
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + ", *a" + std::to_string(i - 1) + ", *a" + std::to_string(i - 1) + ", *a" +
            std::to_string(i - 1) + "]\n";
  EXPECT_THAT(parse_yaml(text, "f.yaml"), HasError(ErrorCode::kBadInput, "more than"));
}

TEST(DumpJson_ParseJson_RoundTrip, KeepsOrderAndNumbers) {
  const Json value = {{"z", 1}, {"a", {1.5, -1, 18446744073709551615U, true, nullptr, "\u00e9\n"}}};
  EXPECT_EQ(parse_json(dump_json(value), "f").value().root, value);
  EXPECT_EQ(dump_json(Json{{"b", 1}, {"a", 2}}), "{\n  \"b\": 1,\n  \"a\": 2\n}\n");
}

}  // namespace
}  // namespace heddle
