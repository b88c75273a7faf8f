// The part of the formula about nodes: where and when they issue.
#include "compiler/mapper/exact/model.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/mapper/exact/lifetimes.h"

namespace heddle::mapper::exact {
namespace {

constexpr int kEndless = 1 << 20;

/// Links on the longest way within a cycle if nothing limits it; kEndless if the turns close a loop.
int longest_way(const search::Fabric& fabric) {
  std::vector<int> longest(static_cast<std::size_t>(fabric.links), 0);  // 0: not visited, -1: being visited
  std::function<int(int)> visit = [&](int link) {
    int& known = longest[static_cast<std::size_t>(link)];
    if (known < 0) return kEndless;
    if (known > 0) return known;
    known = -1;
    int most = 0;
    for (const int* next = fabric.turns.begin(link); next != fabric.turns.end(link); ++next)
      most = std::max(most, visit(*next));
    longest[static_cast<std::size_t>(link)] = std::min(kEndless, most + 1);
    return longest[static_cast<std::size_t>(link)];
  };
  int most = 0;
  for (int link = 0; link < fabric.links; ++link) most = std::max(most, visit(link));
  return most;
}

}  // namespace

Model::Model(const Question& question, const std::string& proof_path, bool grouped)
    : q_(question), sat_(proof_path), grouped_(grouped), named_(at(question.fabric.pes)) {
  truth_ = sat_.fresh();
  sat_.clause({truth_});
  if (q_.fabric.hop_limit > 1 && longest_way(q_.fabric) > q_.fabric.hop_limit) hops_ = q_.fabric.hop_limit;
  place_nodes();
  for (int u = 0; u < q_.task.nodes; ++u) open_value(u);
  for (int u = 0; u < q_.task.nodes; ++u) {
    compute(u);
    if (!value(u).used) continue;
    carry_in_files(u);
    carry_on_links(u);
  }
  for (std::size_t e = 0; e < q_.task.edges.size(); ++e) consume(static_cast<int>(e));
  leave();
  std::vector<const Track*> tracks;
  for (int p = 0; p < q_.fabric.pes; ++p) {
    tracks.clear();
    for (const Value& v : values_) tracks.push_back(&v.result[at(p)]);
    enter(Group::Kind::kResults);
    one_value_a_place(tracks);
    count_file_use(p);
  }
  for (int l = 0; l < q_.fabric.links; ++l) {
    tracks.clear();
    for (const Value& v : values_) tracks.push_back(&v.link[at(l)]);
    enter(Group::Kind::kLinks);
    one_value_a_place(tracks);
  }
  leave();
}

void Model::enter(Group::Kind kind, int index) {
  if (!grouped_) return;
  auto known =
      std::find_if(groups_.begin(), groups_.end(), [&](const Group& g) { return g.kind == kind && g.index == index; });
  if (known == groups_.end()) known = groups_.insert(known, {kind, index, sat_.fresh()});
  sat_.guard(known->literal);
}

void Model::use_links_at_most(int most) {
  std::vector<Literal> all;
  for (const Value& v : values_)
    for (const Track& track : v.link) all.insert(all.end(), track.literals.begin(), track.literals.end());
  sat_.at_most(all, most);
}

std::int64_t Model::link_variables() const {
  std::int64_t count = 0;
  for (const Value& v : values_)
    for (const Track& track : v.link) count += static_cast<std::int64_t>(track.literals.size());
  return count;
}

int Model::pe_of(int node) const {
  const auto& on = on_pe_[at(node)];
  return static_cast<int>(std::find_if(on.begin(), on.end(), [&](Literal each) { return sat_.value(each); }) -
                          on.begin());
}

int Model::time_of(int node) const {
  int time = issue_window_[at(node)].low;
  while (time < issue_window_[at(node)].high && sat_.value(not_before(node, time + 1))) ++time;
  return time;
}

std::vector<std::string> Model::glossary(const std::vector<std::string>& names) const {
  std::vector<std::string> lines;
  for (int n = 0; n < q_.task.nodes; ++n) {
    for (int p = 0; p < q_.fabric.pes; ++p)
      if (on_pe_[at(n)][at(p)] != 0)
        lines.push_back(
            fmt::format("{} = {} is on PE {}", on_pe_[at(n)][at(p)], names[at(n)], q_.fabric.pe_ids[at(p)].value));
    for (int c = issue_window_[at(n)].low + 1; c <= issue_window_[at(n)].high; ++c)
      lines.push_back(fmt::format("{} = {} issues in cycle {} or later", not_before(n, c), names[at(n)], c));
  }
  return lines;
}

Literal Model::not_before(int node, int cycle) const {
  const Window& window = issue_window_[at(node)];
  if (cycle <= window.low) return truth_;
  if (cycle > window.high) return -truth_;
  return not_before_[at(node)][at(cycle - window.low)];
}

Literal Model::issue(int node, int pe, int cycle) const { return issue_[at(node)][at(pe)].at(cycle); }

Model::Track Model::track(Window window) {
  Track made{window, {}};
  for (int k = 0; k < window.size(); ++k) made.literals.push_back(sat_.fresh());
  return made;
}

void Model::place_nodes() {
  const int slack = q_.horizon - q_.schedule.length;
  for (int n = 0; n < q_.task.nodes; ++n) {
    const int last_stage = q_.max_stages - q_.task.deepest_initial[at(n)];
    const int low = q_.schedule.earliest[at(n)];
    issue_window_.push_back({low, std::min(q_.schedule.latest[at(n)] + slack, (last_stage + 1) * q_.ii - 1)});
    if (issue_window_.back().size() == 0) sat_.clause({-truth_});
    choose_time(n);
    choose_pe(n);
  }
  for (std::size_t e = 0; e < q_.task.edges.size(); ++e) {
    const search::Edge& edge = q_.task.edges[e];
    enter(Group::Kind::kValue, static_cast<int>(e));
    order_times(edge.from, edge.to, edge.distance, q_.task.least_latency[at(edge.from)] + q_.task.travel[e]);
    if (lives_in_results_only(q_.fabric))
      order_times(edge.to, edge.from, -edge.distance, -latest_use(q_.task, edge.from, q_.ii));
  }
  for (std::size_t e = 0; e < q_.task.order.size(); ++e) {
    const search::Edge& edge = q_.task.order[e];
    enter(Group::Kind::kOrder, static_cast<int>(e));
    order_times(edge.from, edge.to, edge.distance, 1);
  }
  open_passes();
  enter(Group::Kind::kIssue);
  issue_exclusively();
  enter(Group::Kind::kLiveOuts);
  limit_kept(q_.task.live_out, &arch::PeClass::live_outs);
  limit_kept(q_.task.stepped, &arch::PeClass::address_generators);
  enter(Group::Kind::kBanks);
  limit_banks();
  leave();
}

void Model::choose_time(int node) {
  const Window& window = issue_window_[at(node)];
  not_before_.emplace_back();
  for (int c = window.low; c <= window.high; ++c) {
    not_before_.back().push_back(c == window.low ? truth_ : sat_.fresh());
    if (c > window.low) sat_.imply(not_before(node, c), not_before(node, c - 1));
  }
}

void Model::choose_pe(int node) {
  on_pe_.emplace_back(at(q_.fabric.pes), 0);
  issue_.emplace_back(at(q_.fabric.pes));
  const Window& window = issue_window_[at(node)];
  std::vector<Literal> choices;
  for (const int* p = q_.task.able.begin(node); p != q_.task.able.end(node); ++p) {
    const bool other = node == q_.pinned && !q_.representatives.empty() &&
                       !std::binary_search(q_.representatives.begin(), q_.representatives.end(), *p);
    if (other || q_.task.interval_on(node, *p) > q_.ii) continue;
    const Literal here = sat_.fresh();
    on_pe_.back()[at(*p)] = here;
    choices.push_back(here);
    Track& issue_here = issue_.back()[at(*p)];
    issue_here = track(window);
    for (int c = window.low; c <= window.high; ++c) {
      const Literal then = not_before(node, c);
      const Literal later = not_before(node, c + 1);
      sat_.imply(issue_here.at(c), here);
      sat_.imply(issue_here.at(c), then);
      sat_.imply(issue_here.at(c), -later);
      sat_.clause({issue_here.at(c), -here, -then, later});
      // Only where this PE is slower than the fastest.
      if (c + q_.task.latency_on(node, *p) > q_.horizon) sat_.clause({-issue_here.at(c)});
    }
  }
  sat_.clause(choices);
  sat_.at_most_one(choices);
}

/// t(to) + distance * II >= t(from) + least
void Model::order_times(int from, int to, int distance, int least) {
  for (int c = issue_window_[at(from)].low; c <= issue_window_[at(from)].high; ++c)
    sat_.imply(not_before(from, c), not_before(to, c + least - distance * q_.ii));
}

/// A pass is a `mov` of the producer's iteration, so it must issue in a stage that the array has.
void Model::open_passes() {
  if (!q_.fabric.passes) return;
  some_pass_ = sat_.fresh();
  for (int u = 0; u < q_.task.nodes; ++u)
    for (int p = 0; p < q_.fabric.pes; ++p) {
      const int latency = q_.fabric.pass_latency[at(p)];
      const int last = std::min({latest_at(u, p), q_.horizon, (q_.max_stages + 1) * q_.ii - 1 + latency}) - latency;
      const bool can = latency > 0 && q_.fabric.pass_interval[at(p)] <= q_.ii;
      pass_.push_back(track(can ? Window{earliest_at(u, p), last} : Window{}));
      for (const Literal each : pass_.back().literals) sat_.imply(each, some_pass_);
    }
}

void Model::issue_exclusively() {
  for (int p = 0; p < q_.fabric.pes; ++p) {
    std::vector<std::vector<Literal>> users(at(q_.ii));
    for (int n = 0; n < q_.task.nodes; ++n) {
      if (on_pe_[at(n)][at(p)] == 0) continue;
      std::vector<Literal> busy(at(q_.ii), 0);
      for (int c = issue_window_[at(n)].low; c <= issue_window_[at(n)].high; ++c)
        for (int k = 0; k < q_.task.interval_on(n, p); ++k) {
          Literal& in_slot = busy[at(slot(c + k))];
          if (in_slot == 0) in_slot = sat_.fresh();
          sat_.imply(issue(n, p, c), in_slot);
        }
      for (int s = 0; s < q_.ii; ++s)
        if (busy[at(s)] != 0) users[at(s)].push_back(busy[at(s)]);
    }
    for (int u = 0; q_.fabric.passes && u < q_.task.nodes; ++u) {
      const Track& passes = pass_[at(u * q_.fabric.pes + p)];
      for (int c = passes.window.low; c <= passes.window.high; ++c)
        for (int k = 0; k < q_.fabric.pass_interval[at(p)]; ++k) users[at(slot(c + k))].push_back(passes.at(c));
    }
    for (const auto& each : users) sat_.at_most_one(each);
  }
}

void Model::limit_kept(const std::vector<char>& needs, int arch::PeClass::* count) {
  for (int p = 0; p < q_.fabric.pes; ++p) {
    std::vector<Literal> held;
    for (int n = 0; n < q_.task.nodes; ++n)
      if (needs[at(n)] != 0 && on_pe_[at(n)][at(p)] != 0) held.push_back(on_pe_[at(n)][at(p)]);
    sat_.at_most(held, kind(p).*count);
  }
}

void Model::limit_banks() {
  std::vector<std::vector<Literal>> in_slot(at(q_.task.nodes), std::vector<Literal>(at(q_.ii), 0));
  for (int n = 0; n < q_.task.nodes; ++n) {
    if (q_.task.bank[at(n)] < 0) continue;
    for (int c = issue_window_[at(n)].low; c <= issue_window_[at(n)].high; ++c) {
      Literal& here = in_slot[at(n)][at(slot(c))];
      if (here == 0) here = sat_.fresh();
      sat_.clause({-not_before(n, c), not_before(n, c + 1), here});
    }
  }
  if (q_.banks != nullptr) {
    banks_.choose(sat_, *q_.banks);
    banks_.limit(sat_, *q_.banks, in_slot);
    return;
  }
  std::vector<std::vector<Literal>> requests(at(q_.fabric.banks * q_.ii));
  for (int n = 0; n < q_.task.nodes; ++n)
    for (int s = 0; q_.task.bank[at(n)] >= 0 && s < q_.ii; ++s)
      if (in_slot[at(n)][at(s)] != 0) requests[at(q_.task.bank[at(n)] * q_.ii + s)].push_back(in_slot[at(n)][at(s)]);
  for (const auto& each : requests) sat_.at_most(each, q_.cgra.scratchpad.ports);
}

}  // namespace heddle::mapper::exact
