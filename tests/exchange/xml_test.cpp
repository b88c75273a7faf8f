#include "compiler/exchange/xml.h"

#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using ::testing::HasSubstr;

std::string xml_refusal(const std::string& text) { return refusal(parse_xml(text, "a.xml")); }

TEST(Xml, Elements_Nested_KeepTextAttributesAndPlaces) {
  const auto roots = parse_xml("<!-- x --><?xml v?>\n<a k=\"1\"l='2'm=3>\n <b/> text &lt;\n</a><c></c>", "a.xml");
  ASSERT_THAT(roots, IsOk());
  ASSERT_EQ(roots->size(), 2U);
  const XmlElement& a = roots->front();
  EXPECT_EQ(a.where, (Mark{"a.xml", 2, 1}));
  EXPECT_EQ(a.attribute("k")->value + a.attribute("l")->value + a.attribute("m")->value, "123");
  EXPECT_EQ(a.attribute("m")->where.column, 14);
  EXPECT_EQ(a.text, "text <");
  EXPECT_EQ(a.child("b")->where.line, 3);
  EXPECT_EQ(a.child("d"), nullptr);
}

TEST(Xml, Malformed_IsRefusedWithItsPlace) {
  EXPECT_EQ(xml_refusal("<a>\n <b></a>"), "2:5: </a> where </b> was expected");
  EXPECT_EQ(xml_refusal("<a>\n"), "1:1: <a> is never closed");
  EXPECT_EQ(xml_refusal("</a>"), "1:1: </a> closes nothing");
  EXPECT_EQ(xml_refusal("<a k=1 k=2/>"), "1:8: k is given twice");
  EXPECT_EQ(xml_refusal("<a k=\"1>\n</a>"), "1:6: the value of k has no closing quote");
  EXPECT_EQ(xml_refusal("<a k/>"), "1:5: expected = after k");
  EXPECT_EQ(xml_refusal("<a/>\n x"), "2:2: text outside of every element");
  EXPECT_EQ(xml_refusal("<a"), "1:1: the tag <a does not end");
  EXPECT_EQ(xml_refusal("<!-- x"), "1:1: comment without its end \"-->\"");
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "<a>";
  EXPECT_THAT(xml_refusal(deep), HasSubstr("more than 200 levels"));
}

}  // namespace
}  // namespace heddle::exchange
