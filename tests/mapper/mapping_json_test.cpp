#include <gtest/gtest.h>

#include "compiler/base/files.h"
#include "compiler/mapper/explain.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

class MappingJson : public ::testing::Test {
 protected:
  dfg::Graph graph = fixtures::dot_product();
  arch::Cgra cgra = fixtures::mesh({});
  Problem problem{graph, cgra};
  Answer answer = *solve("heuristic", problem, {}, Context{});
  Json json = to_json(problem, *answer.mapping);

  [[nodiscard]] Document document() const { return *parse_json(dump_json(json), "m.json"); }
  [[nodiscard]] Result<Mapping> read() const { return from_json(problem, document()); }
};

TEST_F(MappingJson, RoundTrip_KeepsEverything) {
  const auto again = read();
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(verify(problem, *again), IsOk());
  EXPECT_EQ(to_json(problem, *again), json);
}

TEST_F(MappingJson, Schema_Accepts) {
  const auto schema = read_file(std::string(HEDDLE_SOURCE_DIR) + "/workloads/schema/mapping.json");
  ASSERT_THAT(schema, IsOk());
  EXPECT_THAT(validate_schema(document(), Json::parse(*schema)), IsOk());
}

TEST_F(MappingJson, OtherGraph_Refused) {
  graph.nodes[0].name = "changed";
  EXPECT_THAT(read(), HasError(ErrorCode::kBadInput, "made for another graph"));
}

TEST_F(MappingJson, OtherArchitecture_Refused) {
  cgra.config_depth = 16;
  EXPECT_THAT(read(), HasError(ErrorCode::kBadInput, "made for another architecture"));
}

TEST_F(MappingJson, MissingKey_NamesIt) {
  json.erase("ii");
  EXPECT_THAT(read(), HasError(ErrorCode::kBadInput, "'ii' is missing"));
}

TEST_F(MappingJson, BadHop_PointsAtItsLine) {
  json["routes"][0]["hops"][0][1] = "bus";
  const auto result = read();
  ASSERT_THAT(result, HasError(ErrorCode::kBadInput, "a hop is [cycle"));
  EXPECT_GT(result.error().where.line, 10);
}

TEST_F(MappingJson, TooFewNodes_Refused) {
  json["nodes"].erase(0);
  EXPECT_THAT(read(), HasError(ErrorCode::kBadInput, "4 elements, expected 5"));
}

TEST_F(MappingJson, Explain_NamesBoundsAndUse) {
  const auto text = explain(problem, answer);
  EXPECT_NE(text.find("dot_product on mesh: II 1, optimal, gap 0"), std::string::npos) << text;
  EXPECT_NE(text.find("issue slots 5 of 16 (31 %)"), std::string::npos) << text;
  const auto data = explain_json(problem, answer);
  EXPECT_EQ(data["mii"], 1);
  EXPECT_EQ(data["utilization"]["memory"]["used"], 2);
}

}  // namespace
}  // namespace heddle::mapper
