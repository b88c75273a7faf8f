#include "runtime/report/page.h"

#include "tests/report/sample.h"
#include "tests/support/random_graph.h"

namespace heddle::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Page_Render, SameInputGivesSameBytes) {
  EXPECT_EQ(render_page(sample_input("hycube_4x4", dot_product())),
            render_page(sample_input("hycube_4x4", dot_product())));
}

TEST(Page_Render, LoadsNothing) {
  std::string page = render_page(sample_input("hycube_4x4", dot_product()));
  const std::string name_space = "http://www.w3.org/2000/svg";
  page.erase(page.find(name_space), name_space.size());
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(Page_Render, SourceTextCannotLeaveTheDataElement) {
  const std::string page = render_page(sample_input("hycube_4x4", dot_product()));
  EXPECT_THAT(page, Not(HasSubstr("</script><b>")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script>"));
}

TEST(Page_Data, HasEveryNodeHopAndPlace) {
  const PageInput input = sample_input("hycube_4x4", dot_product());
  const Json data = page_data(input);
  const Json& region = data["regions"][0];
  const mapper::Mapping& mapping = input.regions[0].mapping;
  ASSERT_EQ(region["nodes"].size(), mapping.nodes.size());
  ASSERT_EQ(region["edges"].size(), mapping.routes.size());
  for (std::size_t i = 0; i < mapping.nodes.size(); ++i) EXPECT_EQ(region["nodes"][i]["time"], mapping.nodes[i].time);
  for (std::size_t i = 0; i < mapping.routes.size(); ++i)
    EXPECT_EQ(region["edges"][i]["hops"].size(), mapping.routes[i].hops.size());
  EXPECT_EQ(region["ii"], mapping.ii);
  EXPECT_FALSE(data["regions"][1]["mapped"]);
}

TEST(Page_Data, BytesThatAreNotUtf8StillMakeAPage) {
  PageInput input = sample_input("hycube_4x4", dot_product());
  input.sources["dot.c"] = "\xFF\xFE";
  EXPECT_THAT(render_page(input), HasSubstr("\xEF\xBF\xBD"));
}

TEST(OperationClass_Of, EveryOpcodeIsKnown) {
  for (const dfg::OpcodeInfo& each : dfg::opcodes()) EXPECT_NE(operation_class(each.op), "") << each.name;
  EXPECT_EQ(operation_class(dfg::Opcode::kSmin), "arithmetic");
  EXPECT_EQ(operation_class(dfg::Opcode::kUdiv), "multiply");
  EXPECT_EQ(operation_class(dfg::Opcode::kUle), "compare");
  EXPECT_EQ(operation_class(dfg::Opcode::kZext8), "move");
}

TEST(MappingSvg_Draw, ShowsEachOperationOnceAndEachSlot) {
  const PageInput input = sample_input("hycube_4x4", dot_product());
  const std::string picture = mapping_svg(input.cgra, input.regions[0]);
  std::size_t labels = 0;
  for (std::size_t at = picture.find("text-anchor"); at != std::string::npos; at = picture.find("text-anchor", at + 1))
    ++labels;
  EXPECT_EQ(labels, input.regions[0].graph.nodes.size());
  EXPECT_THAT(picture, HasSubstr("slot " + std::to_string(input.regions[0].mapping.ii - 1) + " of"));
}

}  // namespace
}  // namespace heddle::report
