#include "compiler/mapper/search/fabric.h"

#include <algorithm>
#include <deque>

#include "compiler/mapper/search/occupancy.h"

namespace heddle::mapper::search {
namespace {

// Prices of a free place for one cycle. RES is dearest: holding a value there keeps its unit from finishing anything
// else.
constexpr int kResPrice = 6;
constexpr int kRegisterPrice = 3;

std::vector<int> distances_from(const Fabric& fabric, int source) {
  std::vector<int> distance(static_cast<std::size_t>(fabric.pes), fabric.pes);
  std::deque<int> queue{source};
  distance[static_cast<std::size_t>(source)] = 0;
  while (!queue.empty()) {
    const int pe = queue.front();
    queue.pop_front();
    for (const int* l = fabric.out_links.begin(pe); l != fabric.out_links.end(pe); ++l) {
      const auto to = static_cast<std::size_t>(fabric.link_to[static_cast<std::size_t>(*l)]);
      if (distance[to] < fabric.pes) continue;
      distance[to] = distance[static_cast<std::size_t>(pe)] + 1;
      queue.push_back(static_cast<int>(to));
    }
  }
  distance[static_cast<std::size_t>(source)] = 0;
  return distance;
}

}  // namespace

Lists Lists::from(const std::vector<std::vector<int>>& lists) {
  Lists flat;
  flat.first.push_back(0);
  for (const auto& list : lists) {
    flat.items.insert(flat.items.end(), list.begin(), list.end());
    flat.first.push_back(static_cast<int>(flat.items.size()));
  }
  return flat;
}

Fabric::Fabric(const Problem& problem, std::vector<arch::PeId> region) : pe_ids(std::move(region)) {
  const auto& cgra = problem.cgra;
  pes = static_cast<int>(pe_ids.size());
  banks = cgra.scratchpad.banks;
  hop_limit = std::max(1, cgra.bypass.hop_limit);
  std::vector<int> number(cgra.pes.size(), -1);
  for (int p = 0; p < pes; ++p) {
    number[pe_ids[static_cast<std::size_t>(p)].index()] = p;
    row.push_back(cgra.pe(pe_ids[static_cast<std::size_t>(p)]).row);
    column.push_back(cgra.pe(pe_ids[static_cast<std::size_t>(p)]).column);
    register_first.push_back(registers);
    const int count = cgra.pe_class(pe_ids[static_cast<std::size_t>(p)]).registers;
    register_owner.insert(register_owner.end(), static_cast<std::size_t>(count), p);
    registers += count;
  }
  register_first.push_back(registers);
  std::vector<std::vector<int>> out(static_cast<std::size_t>(pes)), in(out);
  for (std::size_t l = 0; l < cgra.links.size(); ++l) {
    const int from = number[cgra.links[l].from.index()];
    const int to = number[cgra.links[l].to.index()];
    if (from < 0 || to < 0) continue;
    out[static_cast<std::size_t>(from)].push_back(links);
    in[static_cast<std::size_t>(to)].push_back(links);
    link_ids.emplace_back(static_cast<std::int64_t>(l));
    link_from.push_back(from);
    link_to.push_back(to);
    ++links;
  }
  std::vector<std::vector<int>> onward(static_cast<std::size_t>(links)), back(onward);
  for (int l = 0; l < links && hop_limit > 1; ++l)
    for (const int next : out[static_cast<std::size_t>(link_to[static_cast<std::size_t>(l)])])
      if (cgra.may_bypass(link_ids[static_cast<std::size_t>(l)], link_ids[static_cast<std::size_t>(next)])) {
        onward[static_cast<std::size_t>(l)].push_back(next);
        back[static_cast<std::size_t>(next)].push_back(l);
      }
  out_links = Lists::from(out);
  in_links = Lists::from(in);
  turns = Lists::from(onward);
  turns_back = Lists::from(back);
  places = generator(pes);
  capacity.assign(static_cast<std::size_t>(places), 1);
  base.assign(static_cast<std::size_t>(places), 0);
  for (int p = 0; p < pes; ++p) {
    const auto& kind = cgra.pe_class(pe_ids[static_cast<std::size_t>(p)]);
    const auto capped = [](int count) { return std::min(count, Occupancy::kMaxHolders - 1); };
    base[static_cast<std::size_t>(res(p))] = kResPrice;
    capacity[static_cast<std::size_t>(read_port(p))] = capped(kind.rf_read_ports);
    capacity[static_cast<std::size_t>(write_port(p))] = capped(kind.rf_write_ports);
    capacity[static_cast<std::size_t>(live_out(p))] = capped(kind.live_outs);
    capacity[static_cast<std::size_t>(generator(p))] = capped(kind.address_generators);
    const auto mov = cgra.timing(pe_ids[static_cast<std::size_t>(p)], dfg::Opcode::kMov);
    const bool can_pass = problem.route_through && mov.has_value();
    pass_latency.push_back(can_pass ? mov->latency : 0);
    pass_interval.push_back(can_pass ? mov->interval : 0);
    passes = passes || can_pass;
    const auto from_here = distances_from(*this, p);
    distance.insert(distance.end(), from_here.begin(), from_here.end());
  }
  std::fill_n(base.begin() + reg(0), registers, kRegisterPrice);
  std::fill_n(base.begin() + link(0), links, Fabric::kLinkPrice);
  std::fill_n(capacity.begin() + bank(0), banks, std::min(cgra.scratchpad.ports, Occupancy::kMaxHolders - 1));
}

int Fabric::diameter() const {
  int longest = 0;
  for (const int d : distance)
    if (d < pes) longest = std::max(longest, d);
  return longest / hop_limit;
}

Place Fabric::to_place(int place) const {
  if (place < pes) return Place::result(pe_ids[static_cast<std::size_t>(place)]);
  if (is_link(place)) return Place::on_link(link_ids[static_cast<std::size_t>(place - link(0))]);
  const int pe = register_pe(place);
  return Place::register_of(pe_ids[static_cast<std::size_t>(pe)],
                            place - pes - register_first[static_cast<std::size_t>(pe)]);
}

}  // namespace heddle::mapper::search
