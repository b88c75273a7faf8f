// Ports of a design against those of a golden function: what fits, and what is said when something does not.
#include <fstream>

#include "compiler/base/files.h"
#include "tests/verify/user_rtl_support.h"

namespace heddle::verify {
namespace {

using testing::HasSubstr;

RtlSources sources(const std::string& text, const std::string& top = {}) {
  const auto file = test_directory() / "design.sv";
  std::ofstream(file) << text;
  RtlSources result;
  result.files = {file};
  result.top = top;
  return result;
}

Result<RtlDesign> design(const std::string& text, const std::string& top = {}) {
  return read_design(sources(text, top), test_directory(), {});
}

constexpr const char* kMac =
    R"(module mac(input logic clk_i, input logic rst_ni, input logic [7:0] x, input logic [7:0] y,
  input logic first_i, output logic [19:0] acc_o, output logic busy);
  always_ff @(posedge clk_i or negedge rst_ni)
    if (!rst_ni) acc_o <= '0; else acc_o <= (first_i ? '0 : acc_o) + 20'($signed(x) * $signed(y));
  assign busy = 1'b0;
endmodule
)";

Result<Binding> bound(const std::string& text, PortOptions options) {
  HEDDLE_ASSIGN(const RtlDesign read, design(text));
  return bind_ports(read, options);
}

PortOptions mac_options(std::vector<std::string> map = {"a=x", "b=y"}) {
  PortOptions options;
  options.golden = "int.mac:int8";
  options.map = std::move(map);
  return options;
}

std::string said(const Result<Binding>& binding) {
  return binding ? std::string("no error") : to_string(binding.error());
}

TEST(UserRtlDesign_Ports, HaveWidthsDirectionsAndEdges) {
  const auto read = design(R"(typedef struct packed { logic [3:0] high; logic low; } pair_t;
module m #(parameter int W = 9) (input logic ck, input pair_t [2:0] p, input logic signed [W-1:0] s, input wire [130:0] w__x,
  input logic [7:0] u [4], input real r, inout wire io, output logic [0:3] q);
  always @(negedge ck) q <= 4'd1;
endmodule
)");
  ASSERT_THAT(read, IsOk());
  std::vector<int> bits;
  for (const RtlPort& port : read->ports) bits.push_back(port.bits);
  EXPECT_EQ(bits, (std::vector<int>{1, 15, 9, 131, 0, 0, 1, 4}));
  EXPECT_TRUE(read->find("s")->is_signed);
  EXPECT_EQ(read->find("w__x")->member, "w___05Fx");
  EXPECT_EQ(read->find("io")->direction, RtlPort::Direction::kInout);
  EXPECT_TRUE(read->edges.at("ck").falling && !read->edges.at("ck").rising);
}

TEST(UserRtlDesign_Errors, AreVerilatorsWithTheirPlace) {
  const auto broken = design("module m(input a, output b);\n  assign b = c;\nendmodule\n");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().where.line, 2);
  EXPECT_EQ(broken.error().where.column, 14);
  EXPECT_THAT(broken.error().message, HasSubstr("'c'"));
  EXPECT_THAT(broken.error().where.file, HasSubstr("design.sv"));
  EXPECT_THAT(to_string(design("module mac; endmodule\nmodule mul; endmodule\n").error()),
              HasSubstr("the files declare: mac, mul"));
  EXPECT_THAT(to_string(design(kMac, "mca").error()), HasSubstr("did you mean 'mac'?"));
}

TEST(UserRtlDesign_UnknownParameter, NamesTheNearest) {
  RtlSources given =
      sources("module m #(parameter int Width = 4) (input [Width-1:0] a, output b); assign b = ^a; endmodule\n");
  given.parameters = {"Wdth=3"};
  EXPECT_THAT(to_string(read_design(given, test_directory(), {}).error()), HasSubstr("did you mean 'Width'?"));
  given.parameters = {"Width"};
  EXPECT_THAT(to_string(read_design(given, test_directory(), {}).error()), HasSubstr("expected NAME=VALUE"));
  given.parameters = {"Width=6"};
  EXPECT_EQ(read_design(given, test_directory(), {})->find("a")->bits, 6);
}

TEST(UserRtlBinding_Mac, TakesNamesAndTheWidthOfTheAccumulator) {
  const auto binding = bound(kMac, mac_options());
  ASSERT_THAT(binding, IsOk());
  EXPECT_EQ(binding->golden.outputs[0].type.bits, 20);
  EXPECT_TRUE(binding->driven_with(PortRole::kFirst));
  EXPECT_FALSE(binding->driven_with(PortRole::kEnable));
  EXPECT_FALSE(binding->wiring.reset_active_high);
  EXPECT_EQ(binding->unused, std::vector<std::string>{"busy"});
}

TEST(UserRtlBinding_Mistakes, NamePortWidthsAndTheNearest) {
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x"}))), HasSubstr("no port for input 'b' of int.mac:int8 (int8)"));
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x", "b=y", "frist=first_i"}))), HasSubstr("did you mean 'first'?"));
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x", "b=y", "first=frist_i"}))), HasSubstr("did you mean 'first_i'?"));
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x", "b=x"}))), HasSubstr("port 'x' is used twice"));
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x", "b=acc_o"}))), HasSubstr("'acc_o' is an output, not an input"));
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x", "b=y", "first_i=2"}))),
              HasSubstr("2 does not fit port 'first_i' of 1 bit"));
  EXPECT_THAT(said(bound(kMac, mac_options({"a=x", "b=y", "first"}))),
              HasSubstr("expected golden=port or port=constant"));
  PortOptions wide = mac_options();
  wide.golden = "int.mac:int9";
  EXPECT_THAT(said(bound(kMac, wide)), HasSubstr("port 'x' has 8 bits, 'a' of int.mac:int9 has 9 (int9)"));
  wide.golden = "int.mac:int8:acc=24";
  EXPECT_THAT(said(bound(kMac, wide)), HasSubstr("port 'acc_o' has 20 bits, 'acc' of int.mac:int8:acc=24 has 24"));
}

TEST(UserRtlBinding_OpenInput, IsAnErrorAtItsPlace) {
  const std::string extra =
      "module m(input logic [7:0] a, input logic [7:0] b, input logic mode,\n output logic [15:0] y); "
      "assign y = 16'($signed(a) * $signed(b)) ^ 16'(mode); endmodule\n";
  PortOptions options;
  options.golden = "int.mul:int8";
  EXPECT_THAT(said(bound(extra, options)), HasSubstr("input 'mode' of m is not connected"));
  EXPECT_THAT(said(bound(extra, options)), HasSubstr("design.sv:1:"));
  options.map = {"mode=0"};
  EXPECT_THAT(bound(extra, options), IsOk());
}

TEST(UserRtlBinding_Accumulator, NeedsAClockAndAStart) {
  PortOptions options = mac_options();
  EXPECT_THAT(
      said(bound("module m(input [7:0] x, input [7:0] y, output [19:0] acc); assign acc = 20'(x * y); endmodule\n",
                 options)),
      HasSubstr("keeps a sum, but m has no clock"));
  EXPECT_THAT(said(bound("module m(input clk, input [7:0] x, input [7:0] y, output reg [19:0] acc);\n"
                         "always @(posedge clk) acc <= acc + 20'(x * y); endmodule\n",
                         options)),
              HasSubstr("nothing brings the accumulator to a known value"));
}

TEST(UserRtlBinding_ResetLevel, ComesFromTheEdgeAndMustNotContradictTheName) {
  const auto with_edge = [](const std::string& name, const std::string& edge) {
    return "module m(input clk, input " + name + ", input [7:0] x, input [7:0] y, output reg [19:0] acc);\n" +
           "always @(posedge clk or " + edge + " " + name + ") if (" + (edge == "negedge" ? "!" : "") + name +
           ") acc <= 0; else acc <= acc + 20'(x * y);\nendmodule\n";
  };
  PortOptions options = mac_options();
  EXPECT_TRUE(bound(with_edge("rst", "posedge"), options)->wiring.reset_active_high);
  EXPECT_FALSE(bound(with_edge("rst_n", "negedge"), options)->wiring.reset_active_high);
  EXPECT_THAT(said(bound(with_edge("rst_n", "posedge"), options)), HasSubstr("--reset-active low or high"));
  options.reset_active_high = true;
  EXPECT_TRUE(bound(with_edge("rst_n", "posedge"), options)->wiring.reset_active_high);
}

TEST(UserRtlBinding_OddPorts, AreUnsupported) {
  PortOptions options;
  options.golden = "int.mul:int8";
  const auto with_port = [](const std::string& port) {
    return "module m(input [7:0] a, input [7:0] b, " + port + ", output [15:0] y); assign y = a * b; endmodule\n";
  };
  EXPECT_THAT(said(bound(with_port("inout wire z"), options)), HasSubstr("port 'z' is bidirectional"));
  EXPECT_THAT(said(bound(with_port("input [7:0] u [2]"), options)), HasSubstr("port 'u' is not a vector of bits"));
}

}  // namespace
}  // namespace heddle::verify
