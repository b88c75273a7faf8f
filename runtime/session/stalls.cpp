#include "runtime/session/stalls.h"

#include <algorithm>

#include "compiler/base/check.h"

namespace heddle::session {

StallCounter::StallCounter(const arch::Scratchpad& scratchpad, int word_bits, int window)
    : scratchpad_(scratchpad),
      word_bytes_(static_cast<std::uint64_t>(word_bits) / 8),
      window_(static_cast<std::uint64_t>(window)),
      banks_(static_cast<std::size_t>(scratchpad.banks)),
      requests_(static_cast<std::size_t>(window) * banks_, 0) {}

std::uint64_t StallCounter::stalls_of(std::uint64_t cycle) const {
  const auto begin = requests_.begin() + static_cast<std::ptrdiff_t>(row(cycle));
  const auto most = static_cast<std::uint64_t>(*std::max_element(begin, begin + static_cast<std::ptrdiff_t>(banks_)));
  const auto ports = static_cast<std::uint64_t>(scratchpad_.ports);
  return most == 0 ? 0 : (most + ports - 1) / ports - 1;
}

void StallCounter::advance_to(std::uint64_t cycle) {
  const std::uint64_t end = std::min(cycle, first_ + window_);  // rows beyond are empty
  for (; first_ < end; ++first_) {
    closed_ += stalls_of(first_);
    std::fill_n(requests_.begin() + static_cast<std::ptrdiff_t>(row(first_)), banks_, 0);
  }
  first_ = cycle;
}

void StallCounter::access(std::uint64_t cycle, std::uint64_t address) {
  HEDDLE_CHECK(cycle >= first_ && cycle < first_ + window_, "an access lies outside the open cycles");
  const std::uint64_t wrapped = address % static_cast<std::uint64_t>(scratchpad_.bytes());
  const std::uint64_t bank = scratchpad_.interleaved ? wrapped / word_bytes_ % banks_
                                                     : wrapped / static_cast<std::uint64_t>(scratchpad_.bank_bytes);
  ++requests_[row(cycle) + bank];
}

std::uint64_t StallCounter::total() const {
  std::uint64_t stalls = closed_;
  for (std::uint64_t cycle = first_; cycle < first_ + window_; ++cycle) stalls += stalls_of(cycle);
  return stalls;
}

}  // namespace heddle::session
