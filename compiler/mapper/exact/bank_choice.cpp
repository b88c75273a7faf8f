#include "compiler/mapper/exact/bank_choice.h"

#include <algorithm>

namespace heddle::mapper::exact {

BankChoice::BankChoice(const Problem& problem) : free(free_arrays(problem)), ports(problem.cgra.scratchpad.ports) {
  for (const auto& node : problem.graph.nodes) {
    array_of.push_back(-1);
    if (!dfg::is_memory(node.op)) continue;
    const auto found = std::find(free.arrays.begin(), free.arrays.end(), node.array.index());
    if (found != free.arrays.end()) array_of.back() = static_cast<int>(found - free.arrays.begin());
  }
}

void BankVariables::choose(Sat& sat, const BankChoice& choice) {
  const std::size_t banks = choice.free.room.size();
  const bool alike = std::equal(choice.free.room.begin() + 1, choice.free.room.end(), choice.free.room.begin());
  for (std::size_t k = 0; k < choice.free.arrays.size(); ++k) {
    auto& in = in_.emplace_back();
    for (std::size_t b = 0; b < banks; ++b) {
      in.push_back(sat.fresh());
      if (alike && b > k) sat.clause({-in.back()});
    }
    sat.clause(in);
    sat.at_most_one(in);
  }
  for (std::size_t b = 0; b < banks; ++b) exclude_overflow(sat, choice, b);
}

void BankVariables::exclude_overflow(Sat& sat, const BankChoice& choice, std::size_t bank) const {
  const auto& bytes = choice.free.bytes;
  for (unsigned set = 1; set < 1U << bytes.size(); ++set) {
    std::int64_t left = choice.free.room[bank];
    std::int64_t smallest = choice.free.room[bank] + 1;
    std::vector<Literal> clause;
    for (std::size_t k = 0; k < bytes.size(); ++k) {
      if ((set >> k & 1U) == 0) continue;
      left -= bytes[k];
      smallest = std::min(smallest, bytes[k]);
      clause.push_back(-in_[k][bank]);
    }
    if (left < 0 && left + smallest >= 0) sat.clause(clause);  // without any one of them it fits
  }
}

void BankVariables::limit(Sat& sat, const BankChoice& choice, const std::vector<std::vector<Literal>>& requests) const {
  const std::size_t slots = requests.empty() ? 0 : requests.front().size();
  for (std::size_t b = 0; b < choice.free.room.size(); ++b)
    for (std::size_t s = 0; s < slots; ++s) {
      std::vector<Literal> meet;
      for (std::size_t n = 0; n < requests.size(); ++n) {
        if (choice.array_of[n] < 0 || requests[n][s] == 0) continue;
        meet.push_back(sat.fresh());
        sat.clause({-requests[n][s], -in_[static_cast<std::size_t>(choice.array_of[n])][b], meet.back()});
      }
      sat.at_most(meet, choice.ports);
    }
}

std::vector<int> BankVariables::chosen(const Sat& sat, const BankChoice& choice, std::vector<int> banks) const {
  for (std::size_t k = 0; k < in_.size(); ++k)
    for (std::size_t b = 0; b < in_[k].size(); ++b)
      if (sat.value(in_[k][b])) banks[choice.free.arrays[k]] = static_cast<int>(b);
  return banks;
}

}  // namespace heddle::mapper::exact
