// Our words and valijson's verdict are two readings of one schema: they agree on thousands of damaged descriptions.
#include "compiler/base/files.h"
#include "compiler/base/random.h"
#include "compiler/base/schema_explain.h"
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

const Json kValues[] = {0,      1,  -1,     2.5,           1000000,        true,          nullptr,
                        "mesh", "", "a..b", Json::array(), Json::object(), {{"rows", 1}}, {1, 2}};

/// Replaces, removes or adds one value somewhere in `json`.
void damage(Json& json, Random& random) {
  if (!json.is_structured() || json.empty() || random.below(4) == 0) {
    json = kValues[random.below(std::size(kValues))];
    return;
  }
  auto victim = json.begin();
  std::advance(victim, static_cast<std::ptrdiff_t>(random.below(json.size())));
  switch (random.below(6)) {
    case 0: json.erase(victim); return;
    case 1:
      if (json.is_object())
        json["extra"] = 1;
      else
        json.push_back(*victim);
      return;
    default: damage(*victim, random);
  }
}

TEST(Schema_DamagedDescription, ExplanationAndVerdictAgree) {
  const std::string path = std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures/mesh_2x2.yaml";
  const Document original = parse_yaml(read_file(path).value(), path).value();
  Random random(11);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Document copy = original;
    damage(copy.root, random);
    const bool valid = validate_schema(copy, schema()).has_value();
    ASSERT_EQ(valid, !explain_schema(schema(), copy.root).has_value()) << copy.root.dump(2);
    refused += valid ? 0 : 1;
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 3000);
}

}  // namespace
}  // namespace heddle::arch
