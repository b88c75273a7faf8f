// The part of the formula about values: where they are, and how they get there.
#include <algorithm>

#include "compiler/mapper/exact/model.h"

namespace heddle::mapper::exact {

/// Whole cycles that a value needs at least from where it can be read at `from` to where it can be read at `to`.
int Model::travel(int from, int to) const {
  const int links = q_.fabric.distance[at(from * q_.fabric.pes + to)];
  return std::max(0, (links + q_.fabric.hop_limit - 1) / q_.fabric.hop_limit - 1);
}

/// The first cycle in which the value can be read at `pe`.
int Model::earliest_at(int u, int pe) const {
  int first = 1 << 20;
  for (const int* a = q_.task.able.begin(u); a != q_.task.able.end(u); ++a)
    first = std::min(first, issue_window_[at(u)].low + q_.task.latency_on(u, *a) + travel(*a, pe));
  return first;
}

/// The last cycle in which the value is of use when it can be read at `pe`.
int Model::latest_at(int u, int pe) const {
  int last = -1;
  for (const int* e = q_.task.out_edges.begin(u); e != q_.task.out_edges.end(u); ++e) {
    const search::Edge& edge = q_.task.edges[at(*e)];
    for (const int* b = q_.task.able.begin(edge.to); b != q_.task.able.end(edge.to); ++b)
      last = std::max(last, issue_window_[at(edge.to)].high + edge.distance * q_.ii - travel(pe, *b));
  }
  return last;
}

void Model::open_value(int u) {
  Value& v = values_.emplace_back();
  const int pes = q_.fabric.pes;
  v.used = q_.task.out_edges.begin(u) != q_.task.out_edges.end(u);
  for (auto* tracks : {&v.result, &v.file, &v.read, &v.write, &v.move}) tracks->resize(at(pes));
  v.link.resize(at(q_.fabric.links));
  v.layers.resize(at(hops_ == 1 ? 0 : q_.fabric.links * hops_));
  for (int p = 0; p < pes; ++p) {
    const int last = latest_at(u, p);
    if (on_pe_[at(u)][at(p)] != 0 && q_.task.writes_res[at(u)] != 0) {
      const int latency = q_.task.latency_on(u, p);
      v.result[at(p)] =
          track({issue_window_[at(u)].low + latency, std::max(issue_window_[at(u)].high + latency, last)});
    }
    if (q_.fabric.passes) open_passed_result(u, p, last);
    if (!v.used || kind(p).registers == 0) continue;
    const Window window{earliest_at(u, p) + 1, last};
    v.file[at(p)] = track(window);
    v.read[at(p)] = track(window);
    v.write[at(p)] = track({window.low - 1, window.high - 1});
    if (window.size() > q_.ii) v.move[at(p)] = track({window.low, window.high - 1});
  }
  if (!v.used) return;
  for (int l = 0; l < q_.fabric.links; ++l) {
    const Window window{earliest_at(u, q_.fabric.link_from[at(l)]), latest_at(u, q_.fabric.link_to[at(l)])};
    v.link[at(l)] = track(window);
    for (int h = 0; h < hops_ && hops_ > 1; ++h) v.layers[at(l * hops_ + h)] = track(window);
  }
}

/// A value that passes the unit of `p` is in RES there too, from the first pass on.
void Model::open_passed_result(int u, int p, int last) {
  const Window passes = pass_[at(u * q_.fabric.pes + p)].window;
  if (passes.size() == 0) return;
  Track& res = values_[at(u)].result[at(p)];
  const int first = passes.low + q_.fabric.pass_latency[at(p)];
  const bool own = res.window.size() > 0;
  res = track({own ? std::min(res.window.low, first) : first, own ? std::max(res.window.high, last) : last});
}

/// RES takes the result when the operation completes, or when the value has passed the unit, and keeps it while nothing
/// else is there.
void Model::compute(int u) {
  for (int p = 0; p < q_.fabric.pes; ++p) {
    const Track& res = value(u).result[at(p)];
    const int latency = q_.task.latency_on(u, p);
    for (int c = res.window.low; c <= res.window.high; ++c) {
      const Literal done = issue(u, p, c - latency);
      const Literal passed = pass(u, p, c - q_.fabric.pass_latency[at(p)]);
      if (done != 0) sat_.imply(done, res.at(c));
      if (passed != 0) sat_.imply(passed, res.at(c));
      if (done != 0 && passed != 0) sat_.clause({-done, -passed});
      sat_.clause({-res.at(c), done, passed, res.at(c - 1)});
    }
    if (q_.fabric.passes) carry_through_unit(u, p);
  }
}

/// The unit reads what it passes on.
void Model::carry_through_unit(int u, int pe) {
  const Window window = pass_[at(u * q_.fabric.pes + pe)].window;
  for (int c = window.low; c <= window.high; ++c) {
    std::vector<Literal> source{-pass(u, pe, c), read(u, pe, c)};
    arrivals(source, u, pe, c);
    sat_.clause(source);
  }
}

/// All that can be read at `pe` but its registers.
void Model::arrivals(std::vector<Literal>& clause, int u, int pe, int cycle) const {
  clause.push_back(result(u, pe, cycle));
  for (const int* l = q_.fabric.in_links.begin(pe); l != q_.fabric.in_links.end(pe); ++l)
    clause.push_back(link(u, *l, cycle));
}

void Model::carry_in_files(int u) {
  for (int p = 0; p < q_.fabric.pes; ++p) {
    const Track& here = value(u).file[at(p)];
    for (int c = here.window.low; c <= here.window.high; ++c) {
      sat_.clause({-here.at(c), here.at(c - 1), write(u, p, c - 1)});
      sat_.imply(read(u, p, c), here.at(c));
      std::vector<Literal> source{-write(u, p, c - 1)};
      arrivals(source, u, p, c - 1);
      sat_.clause(source);
    }
    rotate(u, p);
  }
}

/// A register serves every iteration, so a value that stays longer than II must go to another register on the way.
void Model::rotate(int u, int pe) {
  const Track& move = value(u).move[at(pe)];
  for (int c = move.window.low; c <= move.window.high; ++c) sat_.imply(move.at(c), read(u, pe, c));
  for (int c = value(u).file[at(pe)].window.low; c + q_.ii <= value(u).file[at(pe)].window.high; ++c) {
    std::vector<Literal> clause;
    for (int k = 0; k <= q_.ii; ++k) clause.push_back(-file(u, pe, c + k));
    for (int k = 0; k < q_.ii; ++k) {
      clause.push_back(move.at(c + k));
      clause.push_back(write(u, pe, c + k));
    }
    sat_.clause(clause);
  }
}

void Model::carry_on_links(int u) {
  for (int l = 0; l < q_.fabric.links; ++l) {
    const int from = q_.fabric.link_from[at(l)];
    const Window window = value(u).link[at(l)].window;
    for (int c = window.low; c <= window.high; ++c) {
      std::vector<Literal> any{-link(u, l, c)};
      for (int h = 1; h <= hops_; ++h) {
        std::vector<Literal> source{-layer(u, l, h, c)};
        if (h == 1) {
          source.push_back(result(u, from, c));
          source.push_back(read(u, from, c));
        }
        for (const int* b = q_.fabric.turns_back.begin(l); b != q_.fabric.turns_back.end(l); ++b) {
          if (hops_ == 1) source.push_back(link(u, *b, c));
          if (hops_ > 1 && h > 1) source.push_back(layer(u, *b, h - 1, c));
        }
        sat_.clause(source);
        if (hops_ == 1) continue;
        any.push_back(layer(u, l, h, c));
        sat_.imply(layer(u, l, h, c), link(u, l, c));
      }
      if (hops_ > 1) sat_.clause(any);
    }
  }
}

void Model::consume(int e) {
  const search::Edge& edge = q_.task.edges[at(e)];
  enter(Group::Kind::kValue, e);
  for (const int* p = q_.task.able.begin(edge.to); p != q_.task.able.end(edge.to); ++p) {
    const Window window = issue_[at(edge.to)][at(*p)].window;
    for (int t = window.low; t <= window.high; ++t) {
      const int cycle = t + edge.distance * q_.ii;
      std::vector<Literal> clause{-issue(edge.to, *p, t), read(edge.from, *p, cycle)};
      arrivals(clause, edge.from, *p, cycle);
      sat_.clause(clause);
    }
  }
}

/// Of all values and cycles that share a slot, one.
void Model::one_value_a_place(const std::vector<const Track*>& tracks) {
  std::vector<std::vector<Literal>> owners(at(q_.ii));
  for (const Track* each : tracks) {
    std::vector<std::vector<Literal>> mine(at(q_.ii));
    for (int c = each->window.low; c <= each->window.high; ++c) mine[at(slot(c))].push_back(each->at(c));
    for (int s = 0; s < q_.ii; ++s) {
      const auto& cycles = mine[at(s)];
      if (cycles.empty()) continue;
      sat_.at_most_one(cycles);
      const Literal owner = cycles.size() == 1 ? cycles[0] : sat_.fresh();
      if (cycles.size() > 1)
        for (const Literal cycle : cycles) sat_.imply(cycle, owner);
      owners[at(s)].push_back(owner);
    }
  }
  for (const auto& each : owners) sat_.at_most_one(each);
}

void Model::count_file_use(int pe) {
  std::vector<std::vector<Literal>> held(at(q_.ii)), read(held), written(held);
  const auto collect = [&](std::vector<std::vector<Literal>>& into, const Track& from) {
    for (int c = from.window.low; c <= from.window.high; ++c) into[at(slot(c))].push_back(from.at(c));
  };
  for (const Value& v : values_) {
    collect(held, v.file[at(pe)]);
    collect(read, v.read[at(pe)]);
    collect(written, v.write[at(pe)]);
    collect(written, v.move[at(pe)]);
  }
  for (int s = 0; s < q_.ii; ++s) {
    enter(Group::Kind::kRegisters);
    sat_.at_most(held[at(s)], kind(pe).registers);
    enter(Group::Kind::kReadPorts);
    sat_.at_most(read[at(s)], kind(pe).rf_read_ports);
    enter(Group::Kind::kWritePorts);
    sat_.at_most(written[at(s)], kind(pe).rf_write_ports);
  }
}

}  // namespace heddle::mapper::exact
