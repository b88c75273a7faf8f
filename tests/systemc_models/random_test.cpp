// Random graphs mapped on the shipped arrays: the SystemC model must leave the same live-outs and memory as the
// interpreter, and take exactly the clock cycles of the analytic formula, stalls and transfers included.
#include <filesystem>
#include <ostream>

#include "systemc_models/cgra/cgra_model.h"
#include "tests/support/matchers.h"
#include "tests/support/random_region.h"

namespace heddle::systemc {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomLaunch;

struct Setting {
  const char* architecture;
  std::uint64_t first_seed;
  int graphs;
};

void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.architecture; }

class SystemC_RandomGraph : public testing::TestWithParam<Setting> {
 protected:
  void compare(RandomGraph& random, const session::CompiledRegion& region) {
    for (const std::uint64_t trip_count : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{5}, std::uint64_t{48}}) {
      RandomLaunch launch(random, region, trip_count);
      const auto expected = launch.run(*interpreter_);
      const auto got = launch.run(*model_);
      ASSERT_THAT(got, IsOk());
      ASSERT_EQ(got->result.live_outs, expected->result.live_outs) << trip_count << " iterations";
      ASSERT_EQ(got->memory, expected->memory) << trip_count << " iterations";
      ASSERT_EQ(got->result.cycles, expected->result.cycles) << trip_count << " iterations";
      stalls_ += got->result.cycles.stall;
    }
  }

  const arch::Cgra cgra_ =
      arch::find(GetParam().architecture, std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/architectures").value();
  const std::unique_ptr<codegen::Device> device_ = make_cgra_device(cgra_);
  const std::unique_ptr<session::Backend> interpreter_ = session::make_interpreter_backend(cgra_);
  const std::unique_ptr<session::Backend> model_ = session::make_device_backend(cgra_, *device_, "systemc");
  std::uint64_t stalls_ = 0;
};

TEST_P(SystemC_RandomGraph, EqualsTheInterpreterAndTheFormula) {
  int mapped = 0;
  for (int i = 0; i < GetParam().graphs; ++i) {
    const std::uint64_t seed = GetParam().first_seed + static_cast<std::uint64_t>(i);
    auto options = testing_support::region_options(seed, cgra_.word_bits);
    options.steps = std::any_of(cgra_.classes.begin(), cgra_.classes.end(),
                                [](const auto& pe_class) { return pe_class.address_generators > 0; });
    options.loop_levels = cgra_.loop_levels;
    RandomGraph random(seed, options);
    const auto region = testing_support::map_region(random.graph(), cgra_);
    if (!region) continue;
    ++mapped;
    ASSERT_NO_FATAL_FAILURE(compare(random, *region)) << "seed " << seed << '\n' << dfg::print_text(region->graph);
  }
  EXPECT_GE(mapped * 10, GetParam().graphs * 8) << "too few graphs were mapped for the comparison to mean much";
  RecordProperty("stalls", std::to_string(stalls_));
}

INSTANTIATE_TEST_SUITE_P(Shipped, SystemC_RandomGraph,
                         testing::Values(Setting{"mesh_4x4", 0, 40}, Setting{"hycube_4x4", 100, 40},
                                         Setting{"diagonal_4x4", 200, 30}, Setting{"heterogeneous_4x4", 300, 30},
                                         Setting{"mesh_2x2", 400, 20}, Setting{"single_1x1", 500, 5},
                                         Setting{"hycube_8x8", 600, 10}, Setting{"hycube_agu_4x4", 700, 30},
                                         Setting{"hycube_nest_4x4", 800, 40}),
                         [](const auto& parameter) { return std::string(parameter.param.architecture); });

}  // namespace
}  // namespace heddle::systemc
