// With s register stages a unit gives, after s enabled clock edges, what it gives without registers; nothing moves
// otherwise.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "Vfp_pipeline.h"
#include "tests/arithmetic/float/vectors.h"

namespace heddle {
namespace {

constexpr int kMostStages = 7;

/// Results of all stage counts of one unit, out of a port of (kMostStages + 1) * bits.
struct Port {
  std::string name;
  const EData* words;
  int bits;

  [[nodiscard]] std::uint32_t field(int stages) const {
    const int low = stages * bits;
    const std::uint32_t word = words[low / 32] >> (low % 32);
    return bits == 32 ? word : word & ((1U << bits) - 1);
  }
};

TEST(Pipeline, EveryStageCount_DelaysByItsEnabledEdges) {
  const auto model = std::make_unique<Vfp_pipeline>();
  const std::array ports = {Port{"add", &model->add_o[0], 16},           Port{"mul", &model->mul_o[0], 16},
                            Port{"mac", &model->mac_o[0], 32},           Port{"convert", &model->convert_o[0], 16},
                            Port{"from_int", &model->from_int_o[0], 32}, Port{"to_int", &model->to_int_o[0], 32},
                            Port{"compare", &model->order_o, 4},         Port{"minmax", &model->extreme_o[0], 16},
                            Port{"exp2", &model->exp2_o[0], 16},         Port{"recip", &model->recip_o[0], 16}};
  std::array<std::deque<std::uint32_t>, ports.size()> issued;  // newest first
  FloatVectors halves(5, 10, 77);
  FloatVectors singles(8, 23, 78);
  model->clk_i = 0;
  for (int cycle = 0; cycle < 20000; ++cycle) {
    const std::uint32_t a = halves.operand();
    model->a_i = a;
    model->b_i = halves.operand_near(a);
    model->c_i = singles.operand();
    model->flag_i = cycle & 1;
    model->en_i = halves.random().below(4) != 0;
    model->eval();
    for (std::size_t p = 0; p < ports.size(); ++p) {
      issued[p].push_front(ports[p].field(0));
      if (issued[p].size() > kMostStages + 1) issued[p].pop_back();
      for (std::size_t s = 0; s < issued[p].size(); ++s)
        ASSERT_EQ(ports[p].field(static_cast<int>(s)), issued[p][s])
            << ports[p].name << " with " << s << " stages, cycle " << cycle;
    }
    model->clk_i = 1;
    model->eval();
    model->clk_i = 0;
    model->eval();
    if (!model->en_i)
      for (auto& results : issued) results.pop_front();
  }
}

}  // namespace
}  // namespace heddle
