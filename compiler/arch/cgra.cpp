#include "compiler/arch/cgra.h"

#include <algorithm>

#include "compiler/base/check.h"

namespace heddle::arch {
namespace {

/// Signs of the row and column steps of a link.
struct Direction {
  int rows;
  int columns;
  bool operator==(const Direction&) const = default;
  [[nodiscard]] bool along_row() const { return rows == 0; }
  [[nodiscard]] bool along_column() const { return columns == 0; }
};

int sign(int value) { return (value > 0) - (value < 0); }

Direction direction(const Cgra& cgra, const Link& link) {
  const Pe& from = cgra.pe(link.from);
  const Pe& to = cgra.pe(link.to);
  return {sign(to.row - from.row), sign(to.column - from.column)};
}

/// Straight on, or from a row into a column. Both keep every chain of links acyclic: a chain moves one way along its
/// row (or its diagonal), then one way along its column, and never returns.
bool in_dimension_order(Direction in, Direction out) { return in == out || (in.along_row() && out.along_column()); }

/// Depth-first search over links for a cycle of permitted bypasses.
class LoopSearch {
 public:
  explicit LoopSearch(const Cgra& cgra) : cgra_(cgra), state_(cgra.links.size(), State::kNew) {}

  std::vector<LinkId> from(LinkId start) {
    if (state_[start.index()] != State::kNew) return {};
    enter(start);
    while (!path_.empty()) {
      auto& [link, next] = path_.back();
      const auto& candidates = cgra_.out_links[cgra_.link(link).to.index()];
      if (next == candidates.size()) {
        state_[link.index()] = State::kDone;
        path_.pop_back();
        continue;
      }
      const LinkId candidate = candidates[next++];
      if (!cgra_.may_bypass(link, candidate)) continue;
      if (state_[candidate.index()] == State::kOnPath) return loop_to(candidate);
      if (state_[candidate.index()] == State::kNew) enter(candidate);
    }
    return {};
  }

 private:
  enum class State : std::uint8_t { kNew, kOnPath, kDone };
  struct Step {
    LinkId link;
    std::size_t next = 0;
  };

  void enter(LinkId link) {
    state_[link.index()] = State::kOnPath;
    path_.push_back({link});
  }

  [[nodiscard]] std::vector<LinkId> loop_to(LinkId link) const {
    std::vector<LinkId> loop;
    const auto first = std::find_if(path_.begin(), path_.end(), [&](const Step& step) { return step.link == link; });
    for (auto step = first; step != path_.end(); ++step) loop.push_back(step->link);
    return loop;
  }

  const Cgra& cgra_;
  std::vector<State> state_;
  std::vector<Step> path_;
};

}  // namespace

std::optional<Timing> Cgra::timing(PeId id, dfg::Opcode op) const {
  const auto& operations = pe_class(id).operations;
  const auto found = operations.find(op);
  if (found == operations.end()) return std::nullopt;
  return found->second;
}

bool Cgra::may_bypass(LinkId in, LinkId out) const {
  HEDDLE_CHECK(link(in).to == link(out).from, "a bypass joins links that meet");
  if (bypass.hop_limit <= 1) return false;
  if (bypass.turns == Turns::kAny) return true;
  if (link(in).wrap || link(out).wrap) return false;
  return in_dimension_order(direction(*this, link(in)), direction(*this, link(out)));
}

int fewest_constants(const Cgra& cgra, bool memory) {
  int fewest = -1;
  for (const Pe& pe : cgra.pes) {
    const PeClass& kind = cgra.classes[static_cast<std::size_t>(pe.pe_class)];
    if (kind.memory || !memory) fewest = fewest < 0 ? kind.constants : std::min(fewest, kind.constants);
  }
  if (fewest < 0 && memory) return fewest_constants(cgra);
  return std::max(fewest, 0);
}

std::vector<LinkId> combinational_loop(const Cgra& cgra) {
  if (cgra.bypass.hop_limit <= 1) return {};
  LoopSearch search(cgra);
  for (std::size_t i = 0; i < cgra.links.size(); ++i)
    if (auto loop = search.from(LinkId(static_cast<std::int64_t>(i))); !loop.empty()) return loop;
  return {};
}

}  // namespace heddle::arch
