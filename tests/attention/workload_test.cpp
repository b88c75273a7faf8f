// Attention workloads: the shipped ones against the figures of their models, counts against a list of pairs, mistakes.
#include "compiler/attention/workload.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compiler/base/files.h"
#include "tests/support/matchers.h"

namespace heddle::attention {
namespace {

const std::filesystem::path kWorkloads = std::string(HEDDLE_SOURCE_DIR) + "/workloads/attention";

Workload shipped(const std::string& name) { return find_workload(name, kWorkloads).value(); }

Result<Workload> from_yaml(const std::string& text) {
  HEDDLE_ASSIGN(const Document document, parse_yaml(text, "w.yaml"));
  return workload_from_document(document);
}

std::string with_mask(const std::string& mask, int sequence = 64, const std::string& more = "") {
  return "schema: heddle.attention/1\nname: w\ndescription: d\nlayers: 1\nheads: 4\nhead_dim: 8\nsequence: " +
         std::to_string(sequence) + "\n" + more + "mask: {" + mask + "}\n";
}

TEST(Workload, ShippedOnesLoadUnderTheirNames) {
  const auto names = names_in(kWorkloads, ".yaml");
  EXPECT_GE(names.size(), 14U);
  for (const std::string& name : names) {
    const auto workload = find_workload(name, kWorkloads);
    ASSERT_THAT(workload, IsOk());
    EXPECT_EQ(workload->name, name);
  }
}

TEST(Workload, KeysOfARowAreThoseOfTheModels) {
  const auto keys = [](const char* name) { return count_pairs(shipped(name)).row_keys; };
  EXPECT_EQ(keys("longformer_base"), 513 + 1);
  EXPECT_EQ(keys("longformer_large"), 513 + 1);
  EXPECT_EQ(keys("led_base"), 1025 + 1);
  EXPECT_EQ(keys("bigbird_base"), 512);
  EXPECT_EQ(keys("mistral_7b"), 4096);
  EXPECT_EQ(keys("gpt_oss_20b"), 128);
  EXPECT_EQ(keys("gemma3_4b"), 1024);
  EXPECT_EQ(keys("vil_stage1"), 226);
  EXPECT_EQ(keys("swin_t_stage1"), 49);
  EXPECT_EQ(keys("swin_t_stage4"), 49);
  EXPECT_EQ(keys("nat"), 49);
  EXPECT_EQ(keys("streaming_llm"), 1020 + 4);
}

/// Multiply-accumulates of a layer, in units of 1e9, if every row saw as many keys as the inner ones.
double macs_without_edges(const char* name) {
  const Workload workload = shipped(name);
  const double pairs = static_cast<double>(workload.heads * workload.rows * count_pairs(workload).row_keys);
  return 2e-9 * pairs * static_cast<double>(workload.head_dim);
}

TEST(Workload, MultiplyAccumulatesOfALayerAreThoseOfTheModels) {
  EXPECT_NEAR(macs_without_edges("longformer_base"), 3.2, 0.05);
  EXPECT_NEAR(macs_without_edges("longformer_large"), 4.3, 0.05);
  EXPECT_NEAR(macs_without_edges("led_base"), 25.8, 0.05);
  EXPECT_NEAR(macs_without_edges("bigbird_base"), 3.2, 0.05);
  EXPECT_NEAR(macs_without_edges("mistral_7b"), 275, 0.5);
  EXPECT_NEAR(macs_without_edges("gpt_oss_20b"), 8.6, 0.05);
  EXPECT_NEAR(macs_without_edges("gemma3_4b"), 34, 0.5);
  EXPECT_NEAR(macs_without_edges("vil_stage1"), 0.27, 0.005);
  EXPECT_NEAR(macs_without_edges("vil_stage2"), 0.14, 0.005);
  EXPECT_NEAR(macs_without_edges("swin_t_stage1"), 0.030, 0.0006);
  EXPECT_NEAR(macs_without_edges("swin_t_stage4"), 0.0037, 0.00005);
}

// The mask as its definition says it, pair by pair.
bool sees(const WindowPattern& p, const Workload& w, std::int64_t row, std::int64_t key) {
  const std::int64_t distance = key - row;
  const bool window = distance >= -p.before && distance <= p.after && distance % p.dilation == 0;
  return window || (key < w.sink_tokens && (p.after > 0 || key <= row));
}
bool sees(const BlockPattern& p, const Workload& w, std::int64_t row, std::int64_t key) {
  // Any random blocks will do, as long as they are others: the lowest free ones.
  const std::int64_t last = w.sequence / p.size - 1;
  const auto seen_anyway = [&](std::int64_t block) {
    return block == 0 || block == last || std::abs(block - row / p.size) <= p.window / 2;
  };
  if (row / p.size == 0 || row / p.size == last) return true;
  const std::int64_t block = key / p.size;
  if (seen_anyway(block)) return true;
  std::int64_t free_below = 0;
  for (std::int64_t each = 0; each < block; ++each) free_below += seen_anyway(each) ? 0 : 1;
  return free_below < p.random;
}
std::pair<std::int64_t, std::int64_t> place(const Workload& w, std::int64_t token) {
  const auto side = std::llround(std::sqrt(static_cast<double>(w.sequence - w.global_tokens)));
  return {(token - w.global_tokens) / side, (token - w.global_tokens) % side};
}
bool near(const SquarePattern& p, std::int64_t side, std::int64_t row, std::int64_t key) {
  const std::int64_t center = p.moved ? std::clamp(row, p.side / 2, side - 1 - p.side / 2) : row;
  return std::abs(key - center) <= p.side / 2;
}
bool near(const TilePattern& p, std::int64_t /*side*/, std::int64_t row, std::int64_t key) {
  const auto tile = [&](std::int64_t position) { return (position - p.shift + p.side) / p.side; };
  return tile(row) == tile(key);
}
template <class TwoD>
bool sees(const TwoD& p, const Workload& w, std::int64_t row, std::int64_t key) {
  const auto side = std::llround(std::sqrt(static_cast<double>(w.sequence - w.global_tokens)));
  const auto [y, x] = place(w, row);
  const auto [key_y, key_x] = place(w, key);
  return near(p, side, y, key_y) && near(p, side, x, key_x);
}

std::int64_t listed_pairs(const Workload& workload) {
  std::int64_t pairs = 0;
  for (std::int64_t row = workload.sequence - workload.rows; row < workload.sequence; ++row)
    for (std::int64_t key = 0; key < workload.sequence; ++key) {
      const bool global = row < workload.global_tokens || key < workload.global_tokens;
      const bool seen =
          global || std::visit([&](const auto& p) { return sees(p, workload, row, key); }, workload.pattern);
      pairs += seen ? 1 : 0;
    }
  return pairs;
}

TEST(CountPairs, EqualsTheListOfPairs) {
  for (const char* mask :
       {"window: {before: 5, after: 3}", "window: {before: 0, after: 0}",
        "window: {before: 70, after: 70}, global_tokens: 2",
        "window: {before: 9, after: 6, dilation: 3}, global_tokens: 3", "window: {before: 7, after: 0}, sink_tokens: 4",
        "window: {before: 9, after: 0, dilation: 2}, sink_tokens: 3, global_tokens: 1",
        "blocks: {size: 4, window: 3, random: 2}", "blocks: {size: 8, window: 1, random: 0}",
        "window_2d: {side: 5, edges: cut}", "window_2d: {side: 5, edges: moved}", "window_2d: {side: 9, edges: cut}",
        "tiles_2d: {side: 4}", "tiles_2d: {side: 4, shift: 1}", "tiles_2d: {side: 2, shift: 1}"}) {
    const auto workload = from_yaml(with_mask(mask));
    ASSERT_THAT(workload, IsOk()) << mask;
    EXPECT_EQ(count_pairs(*workload).pairs, listed_pairs(*workload)) << mask;
  }
  const auto image = from_yaml(with_mask("window_2d: {side: 3, edges: cut}, global_tokens: 1", 50));
  ASSERT_THAT(image, IsOk());
  EXPECT_EQ(count_pairs(*image).pairs, listed_pairs(*image));
  EXPECT_EQ(count_pairs(*image).full_rows, 1);
  const auto last = from_yaml(with_mask("window: {before: 7, after: 0}, sink_tokens: 4", 64, "rows: 3\n"));
  ASSERT_THAT(last, IsOk());
  EXPECT_EQ(count_pairs(*last).pairs, listed_pairs(*last));
}

TEST(Workload, MistakesAreTold) {
  const auto refuses = [](const std::string& text, const std::string& message) {
    EXPECT_THAT(from_yaml(text), HasError(ErrorCode::kBadInput, message));
  };
  const std::string window = "window: {before: 1, after: 0}";
  refuses(with_mask(""),
          "w.yaml:8:7: error: at /mask: expected one of window, blocks, window_2d and tiles_2d, found 0");
  refuses(with_mask(window + ", tiles_2d: {side: 2}"), "found 2");
  refuses(with_mask("windw: {before: 1, after: 0}"), "did you mean \"window\"?");
  refuses(with_mask("window: {before: 1}"), "key \"after\" is missing");
  refuses(with_mask(window, 64, "kv_heads: 3\n"), "at /kv_heads: 4 query heads cannot share 3");
  refuses(with_mask(window, 64, "rows: 65\n"), "at /rows: more than the 64 tokens");
  refuses(with_mask(window + ", global_tokens: 65"), "65 global and 0 sink tokens, but a sequence of 64");
  refuses(with_mask("window_2d: {side: 3, edges: cut}", 63), "a 2-D mask wants a square of tokens");
  refuses(with_mask("window_2d: {side: 4, edges: cut}"), "the side of window_2d is odd, found 4");
  refuses(with_mask("window_2d: {side: 9, edges: moved}"), "9 x 9 tokens do not fit in 8 x 8");
  refuses(with_mask("tiles_2d: {side: 3}"), "8 x 8 tokens are not whole tiles of 3");
  refuses(with_mask("tiles_2d: {side: 4, shift: 4}"), "tiles of 4 are shifted by 4");
  refuses(with_mask("blocks: {size: 16, window: 3, random: 0}"), "4 blocks are too few");
  refuses(with_mask("blocks: {size: 3, window: 1, random: 0}"), "64 tokens are not whole blocks of 3");
  refuses(with_mask("blocks: {size: 4, window: 3, random: 1}, global_tokens: 1"), "global_tokens do not go with them");
  refuses(with_mask("tiles_2d: {side: 4}, sink_tokens: 1"), "sink_tokens go with a window");
  EXPECT_THAT(find_workload("longformer_bas", kWorkloads),
              HasError(ErrorCode::kNotFound, "did you mean \"longformer_base\"?"));
}

TEST(Resized, OtherLengthsAndHeadsKeepTheMask) {
  const auto shorter = resized(shipped("mistral_7b"), 100, 4);
  ASSERT_THAT(shorter, IsOk());
  EXPECT_EQ(shorter->sequence, 100);
  EXPECT_EQ(shorter->rows, 100);
  EXPECT_EQ(shorter->kv_heads, 1);
  EXPECT_EQ(shorter->pattern, shipped("mistral_7b").pattern);
  EXPECT_EQ(resized(shipped("streaming_llm"), 0, 0)->rows, 1);
  EXPECT_THAT(resized(shipped("swin_t_stage1"), 50, 0), HasError(ErrorCode::kBadInput, "wants a square"));
  EXPECT_THAT(resized(shipped("mistral_7b"), -1, 0), HasError(ErrorCode::kBadInput, "not possible"));
  EXPECT_THAT(resized(shipped("mistral_7b"), 0, 9), HasError(ErrorCode::kBadInput, "9 query heads cannot share 2"));
}

}  // namespace
}  // namespace heddle::attention
