#include "compiler/mapper/exact/folded.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::mapper::exact {

Folded::Folded(const Question& question, const std::string& proof_path) : q_(question), sat_(proof_path) {
  const int nodes = q_.task.nodes;
  for (int n = 0; n < nodes; ++n) place(n);
  keep_recurrences();
  for (auto* tables : {&pass_, &result_, &file_, &read_, &write_, &link_, &layer_}) tables->resize(at(nodes));
  const auto open = [&](Table& table, int places) {
    for (int k = 0; k < places * q_.ii; ++k) table.push_back(sat_.fresh());
  };
  for (int u = 0; u < nodes; ++u)
    if (q_.fabric.passes && used(u)) open(pass_[at(u)], q_.fabric.pes);
  issue_exclusively();
  limit_live_outs();
  limit_banks();
  for (int u = 0; u < nodes; ++u) {
    if (q_.task.writes_res[at(u)] != 0) open(result_[at(u)], q_.fabric.pes);
    if (!used(u)) continue;
    for (auto* tables : {&file_, &read_, &write_}) open((*tables)[at(u)], q_.fabric.pes);
    open(link_[at(u)], q_.fabric.links);
    if (q_.fabric.hop_limit > 1) open(layer_[at(u)], q_.fabric.links * q_.fabric.hop_limit);
  }
  for (int u = 0; u < nodes; ++u) {
    compute(u);
    if (!used(u)) continue;
    carry_in_files(u);
    carry_on_links(u);
  }
  for (const search::Edge& edge : q_.task.edges) consume(edge.from, edge.to);
  share_places();
}

double Folded::estimated_variables(const Question& question) {
  const auto& fabric = question.fabric;
  const double places =
      (fabric.passes ? 6.0 : 5.0) * fabric.pes + fabric.links * (fabric.hop_limit > 1 ? 1.0 + fabric.hop_limit : 1.0);
  return 2.0 * question.task.nodes * question.ii * places;  // counters double them
}

bool Folded::able(int node, int pe) const {
  if (q_.task.latency_on(node, pe) == 0 || q_.task.interval_on(node, pe) > q_.ii) return false;
  return node != q_.pinned || q_.representatives.empty() ||
         std::binary_search(q_.representatives.begin(), q_.representatives.end(), pe);
}

std::vector<std::string> Folded::glossary(const std::vector<std::string>& names) const {
  std::vector<std::string> lines;
  for (int n = 0; n < q_.task.nodes; ++n) {
    for (int p = 0; p < q_.fabric.pes; ++p)
      lines.push_back(
          fmt::format("{} = {} is on PE {}", on_[at(n)][at(p)], names[at(n)], q_.fabric.pe_ids[at(p)].value));
    for (int s = 0; s < q_.ii; ++s)
      lines.push_back(fmt::format("{} = {} issues in slot {}", in_slot_[at(n)][at(s)], names[at(n)], s));
  }
  return lines;
}

void Folded::place(int node) {
  auto& on = on_.emplace_back();
  auto& slots = in_slot_.emplace_back();
  Table& issue = issue_.emplace_back();
  for (int p = 0; p < q_.fabric.pes; ++p) {
    on.push_back(sat_.fresh());
    if (!able(node, p)) sat_.clause({-on.back()});
  }
  for (int s = 0; s < q_.ii; ++s) slots.push_back(sat_.fresh());
  for (const auto* choices : {&on, &slots}) {
    sat_.clause(*choices);
    sat_.at_most_one(*choices);
  }
  for (int p = 0; p < q_.fabric.pes; ++p)
    for (int s = 0; s < q_.ii; ++s) {
      issue.push_back(sat_.fresh());
      sat_.imply(issue.back(), on[at(p)]);
      sat_.imply(issue.back(), slots[at(s)]);
      sat_.clause({issue.back(), -on[at(p)], -slots[at(s)]});
    }
}

/// Two nodes on a common recurrence are bound to each other from both sides; where that leaves less than II, to slots.
void Folded::keep_recurrences() {
  for (int u = 0; u < q_.task.nodes; ++u)
    for (int v = 0; v < q_.task.nodes; ++v) {
      const int least = q_.schedule.between(u, v);
      const int back = q_.schedule.between(v, u);
      if (u == v || least == search::Schedule::kNone || back == search::Schedule::kNone) continue;
      if (-back - least + 1 >= q_.ii) continue;
      for (int s = 0; s < q_.ii; ++s) {
        std::vector<Literal> clause{-in_slot_[at(u)][at(s)]};
        for (int apart = least; apart <= -back; ++apart) clause.push_back(in_slot_[at(v)][at(slot(s + apart))]);
        sat_.clause(clause);
      }
    }
}

void Folded::issue_exclusively() {
  for (int p = 0; p < q_.fabric.pes; ++p)
    for (int s = 0; s < q_.ii; ++s) {
      std::vector<Literal> busy;
      for (int n = 0; n < q_.task.nodes; ++n)
        for (int k = 0; able(n, p) && k < q_.task.interval_on(n, p); ++k) busy.push_back(get(issue_[at(n)], p, s - k));
      for (const Table& passes : pass_)
        for (int k = 0; can_pass(p) && !passes.empty() && k < q_.fabric.pass_interval[at(p)]; ++k)
          busy.push_back(get(passes, p, s - k));
      sat_.at_most_one(busy);
    }
}

void Folded::limit_live_outs() {
  for (int p = 0; p < q_.fabric.pes; ++p) {
    std::vector<Literal> held;
    for (int n = 0; n < q_.task.nodes; ++n)
      if (q_.task.live_out[at(n)] != 0 && able(n, p)) held.push_back(on_[at(n)][at(p)]);
    sat_.at_most(held, kind(p).live_outs);
  }
}

void Folded::limit_banks() {
  if (q_.banks != nullptr) {
    BankVariables banks;
    banks.choose(sat_, *q_.banks);
    banks.limit(sat_, *q_.banks, in_slot_);
    return;
  }
  for (int b = 0; b < q_.fabric.banks; ++b)
    for (int s = 0; s < q_.ii; ++s) {
      std::vector<Literal> requests;
      for (int n = 0; n < q_.task.nodes; ++n)
        if (q_.task.bank[at(n)] == b) requests.push_back(in_slot_[at(n)][at(s)]);
      sat_.at_most(requests, q_.cgra.scratchpad.ports);
    }
}

/// RES takes the result when the operation completes, or when the value has passed the unit, and keeps it while nothing
/// else is there.
void Folded::compute(int u) {
  if (result_[at(u)].empty()) return;
  for (int p = 0; p < q_.fabric.pes; ++p) {
    const bool passes = can_pass(p) && !pass_[at(u)].empty();
    for (int s = 0; s < q_.ii; ++s) {
      const Literal here = get(result_[at(u)], p, s);
      std::vector<Literal> cause{-here, on_[at(u)][at(p)]};
      for (int k = 0; passes && k < q_.ii; ++k) cause.push_back(get(pass_[at(u)], p, k));
      sat_.clause(cause);
      const Literal done = able(u, p) ? get(issue_[at(u)], p, s - q_.task.latency_on(u, p)) : 0;
      const Literal passed = passes ? get(pass_[at(u)], p, s - q_.fabric.pass_latency[at(p)]) : 0;
      for (const Literal comes : {done, passed})
        if (comes != 0) sat_.imply(comes, here);
      if (done != 0 && passed != 0) sat_.clause({-done, -passed});
      if (q_.ii > 1 && (able(u, p) || passes)) sat_.clause({-here, done, passed, get(result_[at(u)], p, s - 1)});
    }
    if (passes) carry_through_unit(u, p);
  }
}

/// The unit reads what it passes on.
void Folded::carry_through_unit(int u, int pe) {
  for (int s = 0; s < q_.ii; ++s) {
    std::vector<Literal> source{-get(pass_[at(u)], pe, s), get(read_[at(u)], pe, s)};
    arrivals(source, u, pe, s);
    sat_.clause(source);
  }
}

/// All that can be read at `pe` but its registers.
void Folded::arrivals(std::vector<Literal>& clause, int u, int pe, int cycle) const {
  clause.push_back(get(result_[at(u)], pe, cycle));
  for (const int* l = q_.fabric.in_links.begin(pe); l != q_.fabric.in_links.end(pe); ++l)
    clause.push_back(get(link_[at(u)], *l, cycle));
}

/// A value in a file was written there, in some slot: it cannot be its own source all around the interval.
void Folded::carry_in_files(int u) {
  for (int p = 0; p < q_.fabric.pes; ++p) {
    std::vector<Literal> written;
    for (int s = 0; s < q_.ii; ++s) written.push_back(get(write_[at(u)], p, s));
    for (int s = 0; s < q_.ii; ++s) {
      const Literal here = get(file_[at(u)], p, s);
      if (kind(p).registers == 0) sat_.clause({-here});
      sat_.imply(get(read_[at(u)], p, s), here);
      if (q_.ii > 1) sat_.clause({-here, get(file_[at(u)], p, s - 1), get(write_[at(u)], p, s - 1)});
      std::vector<Literal> some = written;
      some.push_back(-here);
      sat_.clause(some);
      std::vector<Literal> source{-get(write_[at(u)], p, s)};
      arrivals(source, u, p, s);
      sat_.clause(source);
      sat_.imply(get(write_[at(u)], p, s), get(file_[at(u)], p, s + 1));
    }
  }
}

void Folded::carry_on_links(int u) {
  const int hops = q_.fabric.hop_limit;
  for (int l = 0; l < q_.fabric.links; ++l)
    for (int s = 0; s < q_.ii; ++s) {
      const int from = q_.fabric.link_from[at(l)];
      const Literal here = get(link_[at(u)], l, s);
      std::vector<Literal> any{-here};
      for (int h = 0; h < hops; ++h) {
        const Literal crossed = hops == 1 ? here : get(layer_[at(u)], l * hops + h, s);
        std::vector<Literal> source{-crossed};
        if (h == 0) {
          source.push_back(get(result_[at(u)], from, s));
          source.push_back(get(read_[at(u)], from, s));
        } else {
          for (const int* b = q_.fabric.turns_back.begin(l); b != q_.fabric.turns_back.end(l); ++b)
            source.push_back(get(layer_[at(u)], *b * hops + h - 1, s));
        }
        sat_.clause(source);
        if (hops == 1) continue;
        any.push_back(crossed);
        sat_.imply(crossed, here);
      }
      if (hops > 1) sat_.clause(any);
    }
}

void Folded::consume(int from, int to) {
  for (int p = 0; p < q_.fabric.pes; ++p)
    for (int s = 0; able(to, p) && s < q_.ii; ++s) {
      std::vector<Literal> clause{-get(issue_[at(to)], p, s), get(read_[at(from)], p, s)};
      arrivals(clause, from, p, s);
      sat_.clause(clause);
    }
}

void Folded::share_places() {
  const auto users = [&](const std::vector<Table>& tables, int place, int s) {
    std::vector<Literal> all;
    for (const Table& each : tables)
      if (!each.empty()) all.push_back(get(each, place, s));
    return all;
  };
  for (int s = 0; s < q_.ii; ++s) {
    for (int p = 0; p < q_.fabric.pes; ++p) {
      sat_.at_most_one(users(result_, p, s));
      if (kind(p).registers == 0) continue;
      sat_.at_most(users(file_, p, s), kind(p).registers);
      sat_.at_most(users(read_, p, s), kind(p).rf_read_ports);
      sat_.at_most(users(write_, p, s), kind(p).rf_write_ports);
    }
    for (int l = 0; l < q_.fabric.links; ++l) sat_.at_most_one(users(link_, l, s));
  }
}

}  // namespace heddle::mapper::exact
