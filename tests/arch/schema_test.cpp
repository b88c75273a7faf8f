// Our words and valijson's verdict are two readings of one schema: they agree on thousands of damaged descriptions.
#include "compiler/base/files.h"
#include "compiler/base/random.h"
#include "compiler/base/schema_explain.h"
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

const Json kValues[] = {0,      1,  -1,     2.5,           1000000,        true,          nullptr,
                        "mesh", "", "a..b", Json::array(), Json::object(), {{"rows", 1}}, {1, 2}};

/// Replaces the value, or adds a member to it or removes one from it.
void damage(Json& json, Random& random) {
  const std::uint64_t kind = random.below(4);
  if (kind == 0 && json.is_object()) {
    json["extra"] = 1;
  } else if (kind == 0 && json.is_array() && !json.empty()) {
    json.push_back(json.front());
  } else if (kind == 1 && json.is_structured() && !json.empty()) {
    json.erase(std::next(json.begin(), static_cast<std::ptrdiff_t>(random.below(json.size()))));
  } else {
    json = kValues[random.below(std::size(kValues))];
  }
}

std::vector<std::string> pointers(const Document& document) {
  std::vector<std::string> result;
  for (const auto& [pointer, mark] : document.marks) result.push_back(pointer);
  return result;
}

class Damaged : public testing::TestWithParam<const char*> {};

TEST_P(Damaged, ExplanationAndVerdictAgree) {
  const std::string path = std::string(HEDDLE_SOURCE_DIR) + GetParam();
  const Document original = parse_yaml(read_file(path).value(), path).value();
  const auto places = pointers(original);
  Random random(11);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Document copy = original;
    damage(copy.root.at(Json::json_pointer(places[random.below(places.size())])), random);
    const bool valid = validate_schema(copy, schema()).has_value();
    ASSERT_EQ(valid, !explain_schema(schema(), copy.root).has_value()) << copy.root.dump(2);
    refused += valid ? 0 : 1;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 3000);
}

INSTANTIATE_TEST_SUITE_P(Schema, Damaged,
                         testing::Values("/workloads/architectures/mesh_2x2.yaml",
                                         "/tests/fuzz/corpus/arch/links.yaml"));

}  // namespace
}  // namespace heddle::arch
