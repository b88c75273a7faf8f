// Every way to get a description wrong that we could think of, and what the user reads then.
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

struct BadCase {
  const char* name;
  std::string text;
  const char* message;  ///< a part of the printed error, place included
};

void PrintTo(const BadCase& bad, std::ostream* out) { *out << bad.text; }

class BadDescription : public testing::TestWithParam<BadCase> {};

TEST_P(BadDescription, IsRefusedWithItsPlace) {
  EXPECT_THAT(from_yaml(GetParam().text), HasError(ErrorCode::kBadInput, GetParam().message));
}

std::string one(const std::string& more) { return description(4, 4, more); }

/// `description` ends its class in line 6; lines of `more` start with 7.
std::string with_class(const std::string& body) {
  return "schema: heddle.arch/1\nname: test\ngrid: {rows: 2, columns: 2}\npe_classes:\n  c:\n" + body;
}

const BadCase kCases[] = {
    {"WrongType", one("scratchpad: {banks: four}"),
     "a.yaml:7:21: error: at /scratchpad/banks: expected integer from 1 to 64, found \"four\""},
    {"UnknownKey", one("scratchpad:\n  banx: 4"),
     "a.yaml:8:3: error: at /scratchpad/banx: unknown key \"banx\"\nhint: did you mean \"banks\"?"},
    {"UnknownTopKey", one("config_dept: 4"),
     "a.yaml:7:1: error: at /config_dept: unknown key \"config_dept\"\nhint: did you mean \"config_depth\"?"},
    {"DuplicateKey", one("name: again"), "a.yaml:7:1: error: at /name: duplicate key \"name\""},
    {"NotYaml", "schema: [heddle.arch/1\nname: x", "a.yaml:2:"},
    {"Empty", "", "empty document"},
    {"NotAMapping", "- 1\n- 2\n", "a.yaml:1:1: error: at the top level: expected mapping, found a list"},
    {"NoSchema", "name: x\n", "key \"schema\" is missing"},
    {"OtherSchema",
     "schema: heddle.arch/2\nname: x\ngrid: {rows: 1, columns: 1}\npe_classes: {c: {operations: [alu]}}\n",
     "a.yaml:1:9: error: at /schema: expected \"heddle.arch/1\", found \"heddle.arch/2\""},
    {"BadName", "schema: heddle.arch/1\nname: 4x4\ngrid: {rows: 1, columns: 1}\npe_classes: {c: {operations: [alu]}}\n",
     "a.yaml:2:7: error: at /name: a name is a letter, then"},
    {"NoRows", "schema: heddle.arch/1\nname: x\ngrid: {columns: 1}\npe_classes: {c: {operations: [alu]}}\n",
     "a.yaml:3:7: error: at /grid: key \"rows\" is missing"},
    {"ZeroRows", "schema: heddle.arch/1\nname: x\ngrid: {rows: 0, columns: 1}\npe_classes: {c: {operations: [alu]}}\n",
     "at /grid/rows: expected integer from 1 to 64, found 0"},
    {"NegativeDepth", one("config_depth: -1"), "at /config_depth: expected integer from 1 to 256, found -1"},
    {"DeepConfig", one("config_depth: 257"), "at /config_depth: expected integer from 1 to 256, found 257"},
    {"OddWord", one("word_bits: 24"), "at /word_bits: expected one of 16, 32, 64, found 24"},
    {"HugeNumber", one("config_depth: 99999999999999999999"), "at /config_depth: expected integer from 1 to 256"},
    {"NoClasses", "schema: heddle.arch/1\nname: x\ngrid: {rows: 1, columns: 1}\npe_classes: {}\n",
     "at /pe_classes: expected a mapping"},
    {"UnknownOperation", with_class("    operations: [alu, mull]"),
     "a.yaml:6:23: error: at /pe_classes/c/operations/1: unknown operation \"mull\"\nhint: did you mean \"mul\"?"},
    {"UnknownOperationKey", with_class("    operations: {alu: , dvi: {latency: 3}}"),
     "a.yaml:6:25: error: at /pe_classes/c/operations/dvi: unknown operation \"dvi\"\nhint: did you mean \"div\"?"},
    {"NopIsNoOperation", with_class("    operations: [nop]"), "unknown operation \"nop\""},
    {"TooWideOperation", with_class("    operations: [load_64]"),
     "operation \"load_64\" needs words wider than 32 bits"},
    {"UnknownFormat", with_class("    operations: [alu, e4m4]"),
     "a.yaml:6:23: error: at /pe_classes/c/operations/1: unknown operation \"e4m4\"\nhint: did you mean \"e4m3\"?"},
    {"UnknownFunction", with_class("    operations: [e4m3_sub]"),
     "unknown operation \"e4m3_sub\"\nhint: did you mean \"e4m3_mul\"?"},
    {"TooWideFormat",
     "schema: heddle.arch/1\nname: x\nword_bits: 16\ngrid: {rows: 1, columns: 1}\npe_classes: {c: {operations: "
     "[fp32]}}\n",
     "operation \"fp32\" needs words wider than 16 bits"},
    {"FastLoad", with_class("    operations: {load: {latency: 1}}"),
     "a.yaml:6:24: error: at /pe_classes/c/operations/load: latency of load_s8 is 1, expected at least 2"},
    {"SlowStore", with_class("    operations: {store: {latency: 2}}"), "latency of store_8 is 2, expected 1"},
    {"ZeroLatency", with_class("    operations: {add: {latency: 0}}"),
     "at /pe_classes/c/operations/add/latency: expected integer from 1 to 64, found 0"},
    {"TimingTypo", with_class("    operations: {add: {latncy: 2}}"), "did you mean \"latency\"?"},
    {"MemoryDenied", with_class("    operations: [memory]\n    memory: false"),
     "a.yaml:7:13: error: at /pe_classes/c/memory: loads or stores"},
    {"MemoryWithoutConstant", with_class("    operations: [memory]\n    constants: 0"), "at least one constant field"},
    {"GeneratorsWithoutMemory", with_class("    operations: [alu]\n    address_generators: 1"),
     "a.yaml:7:25: error: at /pe_classes/c/address_generators: address generators serve loads and stores"},
    {"GeneratorsWithoutConstants", with_class("    operations: [memory]\n    address_generators: 1\n    constants: 1"),
     "a.yaml:7:25: error: at /pe_classes/c/address_generators: an address generator needs two constant fields"},
    {"TooManyGenerators", with_class("    operations: [memory]\n    address_generators: 9"),
     "a.yaml:7:25: error: at /pe_classes/c/address_generators: expected integer from 0 to 8, found 9"},
    {"GeneratorsWithoutStepsOfLoops",
     with_class("    operations: [memory]\n    address_generators: 1\n    constants: 3\nloop_levels: 2"),
     "a.yaml:7:25: error: at /pe_classes/c/address_generators: with loop_levels 2 an address generator needs 4 "
     "constant"},
    {"TooManyLoopLevels", with_class("    operations: [alu]\nloop_levels: 5"),
     "error: at /loop_levels: expected integer from 0 to 4, found 5"},
    {"GeneratorTypo", with_class("    operations: [memory]\n    address_generator: 1"),
     "did you mean \"address_generators\"?"},
    {"ClassTypo", with_class("    operations: [alu]\n    registrs: 4"), "did you mean \"registers\"?"},
    {"TwoClassesNoPlacement", one("  other: {operations: [alu]}"),
     "a.yaml:4:1: error: at /pe_classes: 2 classes, but no `placement`"},
    {"UnknownClass", one("placement: {default: evry}"),
     "a.yaml:7:22: error: at /placement/default: unknown PE class \"evry\"\nhint: did you mean \"every\"?"},
    {"RowOutside", one("placement: {default: every, rules: [{class: every, rows: 4}]}"),
     "at /placement/rules/0/rows: index 4 is outside"},
    {"BadRange", one("placement: {default: every, rules: [{class: every, rows: 1-2}]}"),
     "expected an index or a range such as \"1..3\", found \"1-2\""},
    {"EmptyRange", one("placement: {default: every, rules: [{class: every, columns: 3..2}]}"), "empty range 3..2"},
    {"PeOutside", one("placement: {default: every, rules: [{class: every, pes: [[0, 7]]}]}"),
     "PE (0, 7) is outside the grid"},
    {"PesAndRows", one("placement: {default: every, rules: [{class: every, pes: [[0, 0]], rows: 0}]}"),
     "`pes` and `rows`"},
    {"PictureShort", one("placement: {legend: {e: every}, picture: \"eeee\"}"),
     "at /placement/picture: expected 4 lines"},
    {"PictureNarrow", one("placement: {legend: {e: every}, picture: \"eeee\\neee\\neeee\\neeee\"}"),
     "line 2: expected 4 characters"},
    {"PictureStranger", one("placement: {legend: {e: every}, picture: \"eeee\\neexe\\neeee\\neeee\"}"),
     "line 2: character \"x\" is not in the legend"},
    {"LegendLong", one("placement: {legend: {ee: every}, picture: \"eeee\"}"),
     "at /placement/legend/ee: expected a single character"},
    {"MapNarrow", one("placement: {map: [[every], [every], [every], [every]]}"),
     "at /placement/map/0: expected 4 columns"},
    {"UnknownPattern", one("links: [mash]"),
     "at /links/0: expected one of \"mesh\", \"torus\", \"diagonal\", \"one_hop\", or mapping, found \"mash\""},
    {"LinkOutside", one("links: [{from: [0, 0], to: [0, 4]}]"),
     "a.yaml:7:28: error: at /links/0/to: PE (0, 4) is outside the grid of 4 rows and 4 columns"},
    {"LinkTypo", one("links: [{from: [0, 0], too: [0, 1]}]"),
     "at /links/0/too: unknown key \"too\"\nhint: did you mean \"to\"?"},
    {"LinkToItself", one("links: [{from: [0, 0], to: [0, 0]}]"), "ends where it starts"},
    {"LinkNameTwice", one("links: [mesh, {from: [0, 0], to: [3, 3], name: E}]"),
     "at /links/1: PE (0, 0) has another outgoing link named \"E\""},
    {"LinkShort", one("links: [{from: [0], to: [0, 1]}]"),
     "at /links/0/from: expected a list with a number of items from 2 to 2, found 1"},
    {"HopZero", one("bypass: {hop_limit: 0}"), "at /bypass/hop_limit: expected integer from 1 to 64, found 0"},
    {"TurnsTypo", one("bypass: {turns: dimension_ordr}"), "did you mean \"dimension_order\"?"},
    {"ThreeBanks", one("scratchpad: {banks: 3}"),
     "a.yaml:7:21: error: at /scratchpad/banks: expected a power of two, found 3"},
    {"OddBankBytes", one("scratchpad: {bank_bytes: 10000}"),
     "at /scratchpad/bank_bytes: expected a power of two, found 10000"},
    {"LayoutTypo", one("scratchpad: {layout: bloked}"), "did you mean \"blocked\"?"},
};

INSTANTIATE_TEST_SUITE_P(Arch, BadDescription, testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace heddle::arch
