#include "tests/mapper/faults.h"

#include "compiler/mapper/solve.h"
#include "tests/mapper/token_machine.h"

namespace heddle::mapper {
namespace {

Route& any_route(Mapping& mapping, Random& random) { return mapping.routes[random.below(mapping.routes.size())]; }

void move_node(Mapping& mapping, Random& random, const arch::Cgra& cgra) {
  auto& node = mapping.nodes[random.below(mapping.nodes.size())];
  node.pe = arch::PeId(static_cast<std::int64_t>(random.below(cgra.pes.size())));
}

void shift_time(Mapping& mapping, Random& random) {
  auto& node = mapping.nodes[random.below(mapping.nodes.size())];
  node.time += random.below(2) == 0 ? 1 : -1;
}

void change_hop(Mapping& mapping, Random& random, const arch::Cgra& cgra) {
  auto& hops = any_route(mapping, random).hops;
  auto& hop = hops[random.below(hops.size())];
  if (random.below(3) == 0) {
    hop.cycle += random.below(2) == 0 ? 1 : -1;
  } else if (hop.place.kind == Place::Kind::kLink) {
    hop.place.link = arch::LinkId(static_cast<std::int64_t>(random.below(cgra.links.size())));
  } else {
    hop.place.pe = arch::PeId(static_cast<std::int64_t>(random.below(cgra.pes.size())));
  }
}

/// Of a whole stay, so that the route stays plausible.
void swap_register(Mapping& mapping, Random& random, const arch::Cgra& cgra) {
  auto& hops = any_route(mapping, random).hops;
  const auto at = random.below(hops.size());
  const Place old = hops[at].place;
  if (old.kind != Place::Kind::kRegister) return;
  const int reg = static_cast<int>(random.below(static_cast<std::uint64_t>(cgra.pe_class(old.pe).registers)));
  for (auto& hop : hops)
    if (hop.place == old) hop.place.reg = reg;
}

void drop_hop(Mapping& mapping, Random& random) {
  auto& hops = any_route(mapping, random).hops;
  hops.erase(hops.begin() + static_cast<std::ptrdiff_t>(random.below(hops.size())));
}

}  // namespace

Mapping mutated(Mapping mapping, Random& random, const arch::Cgra& cgra) {
  switch (random.below(5)) {
    case 0: move_node(mapping, random, cgra); break;
    case 1: shift_time(mapping, random); break;
    case 2: change_hop(mapping, random, cgra); break;
    case 3: swap_register(mapping, random, cgra); break;
    default: drop_hop(mapping, random); break;
  }
  return mapping;
}

void count(const Problem& problem, const Mapping& mutant, Tally& tally) {
  const bool wrong = !replay(problem, mutant).empty();
  const bool rejected = !verify(problem, mutant);
  if (wrong) ++tally.faults;
  if (wrong && rejected) ++tally.rejected;
  if (!wrong && !rejected) ++tally.harmless;
  if (!wrong && rejected) ++tally.stricter;
}

}  // namespace heddle::mapper
