// Truncated and damaged files: refused with a place, or read as a consistent graph or array. The mutations are the same
// in every run.
#include <random>

#include "compiler/dfg/verify.h"
#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

/// One of: a byte changed, removed or put in, a piece removed, repeated or moved, two lines swapped, the rest cut off.
std::string damaged(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random() % n); };
  const std::size_t at = below(text.size());
  const std::size_t length = std::min(text.size() - at, 1 + below(20));
  constexpr std::string_view kBytes = "<>\"'[]{}(),;:=-+*/%#&0129aX \n\\\t\xff";
  switch (below(7)) {
    case 0: text[at] = kBytes[below(kBytes.size())]; break;
    case 1: text.erase(at, 1); break;
    case 2: text.insert(at, 1, kBytes[below(kBytes.size())]); break;
    case 3: text.erase(at, length); break;
    case 4: text.insert(below(text.size()), text.substr(at, length)); break;
    case 5: text.resize(at); break;
    default: {
      const std::size_t line = text.find('\n', at);
      if (line == std::string::npos) break;
      const std::size_t end = std::min(text.find('\n', line + 1), text.size() - 1) + 1;
      const std::string moved = text.substr(line + 1, end - line - 1);
      text.erase(line + 1, moved.size());
      const std::size_t to = text.find('\n', below(text.size()));
      text.insert(to == std::string::npos ? 0 : to + 1, moved);
    }
  }
  return text;
}

template <class T>
void check_place(const Result<T>& read, const std::string& text) {
  if (read) {
    for (const Note& each : read->warnings) EXPECT_GE(each.where.line, 1) << each.message << "\n" << text;
    return;
  }
  EXPECT_GE(read.error().where.line, 1) << read.error().message << "\n" << text;
  EXPECT_GE(read.error().where.column, 1) << read.error().message << "\n" << text;
  EXPECT_FALSE(read.error().message.empty()) << text;
}

constexpr int kRounds = 400;

TEST(Damage, Graphs_AreRefusedWithAPlaceOrConsistent) {
  int refused = 0;
  int accepted = 0;
  for (const char* name : {"cgra_mapper.dot", "dot_product.json", "fir.dot", "loop_edges", "old.xml", "sum.xml"}) {
    const std::string text = data(name);
    const GraphKind kind = detect_graph(text);
    std::mt19937 random(7);
    for (int round = 0; round < kRounds; ++round) {
      std::string each = damaged(text, random);
      if (round % 2 == 1) each = damaged(each, random);
      const auto read = read_graph(each, "damaged", kind, round % 3 == 0);
      check_place(read, each);
      if (read) {
        EXPECT_TRUE(dfg::verify(read->graph, dfg::Purpose::kMapping).has_value()) << each;
      }
      ++(read ? accepted : refused);
      check_place(read_graph(each, "damaged", {}, false), each);
    }
  }
  // Both happen, else the mutations are too weak or too strong to say anything.
  EXPECT_GT(refused, 6 * kRounds / 4);
  EXPECT_GT(accepted, 6 * kRounds / 10);
}

TEST(Damage, EveryTruncation_IsRefusedOrConsistent) {
  for (const char* name : {"cgra_mapper.dot", "dot_product.json", "fir.dot", "loop_edges", "old.xml", "sum.xml"}) {
    const std::string text = data(name);
    const GraphKind kind = detect_graph(text);
    for (std::size_t length = 0; length < text.size(); ++length)
      check_place(read_graph(text.substr(0, length), "cut", kind, false), text.substr(0, length));
  }
}

TEST(Damage, Arrays_AreRefusedWithAPlaceOrConsistent) {
  const std::string text = data("row.json");
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 3 * kRounds; ++round) {
    const std::string each = damaged(text, random);
    const auto read = read_row(each);
    check_place(read, each);
    refused += read ? 0 : 1;
    if (!read) continue;
    arch::Cgra cgra = read->cgra;
    EXPECT_TRUE(arch::finish(cgra).has_value()) << each;
  }
  EXPECT_GT(refused, kRounds);
  EXPECT_LT(refused, 3 * kRounds);
}

}  // namespace
}  // namespace heddle::exchange
