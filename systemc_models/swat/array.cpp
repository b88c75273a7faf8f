#include "systemc_models/swat/array.h"

#include <algorithm>

namespace heddle::systemc {

SwatArray::SwatArray(const arch::Swat& array, const attention::Ports& ports)
    : groups_(static_cast<std::size_t>(array.groups), SwatGroup(array, ports)), stream_(array.stream_elements) {}

void SwatArray::begin(std::int32_t head_dim, const attention::LogitScale& scale) {
  dim_ = head_dim;
  scale_ = scale;
  reset();
}

void SwatArray::reset() {
  for (SwatGroup& group : groups_) group.begin(dim_, scale_);
  loads_done_ = 0;
  line_ = 0;
  next_ = 0;
  output_ = {};
}

attention::Answer SwatArray::settle(const attention::Offer& offer) {
  offer_ = offer;
  attention::Answer answer = output_;
  answer.load_ready =
      offer.load != nullptr && (line_ != 0 || std::ranges::all_of(offer.load->groups, [&](std::int32_t g) {
                                  return groups_[static_cast<std::size_t>(g)].beats_done() >= offer.load->after;
                                }));
  answer.run_ready = offer.run != nullptr && groups_[static_cast<std::size_t>(offer.run_group)].run_ready();
  load_taken_ = answer.load_ready;
  run_taken_ = answer.run_ready;
  return answer;
}

std::int32_t SwatArray::next_output() const {
  const auto count = static_cast<std::int32_t>(groups_.size());
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t g = (next_ + i) % count;
    if (groups_[static_cast<std::size_t>(g)].out_valid()) return g;
  }
  return -1;
}

void SwatArray::clock() {
  const bool room = !output_.out_valid || offer_.out_ready;
  const std::int32_t served = room ? next_output() : -1;
  if (room) {
    output_.out_valid = served >= 0;
    if (served >= 0) {
      const SwatGroup& group = groups_[static_cast<std::size_t>(served)];
      output_word_.assign(group.out_word().begin(), group.out_word().end());
      output_.out_group = served;
      output_.out_row = group.out_row();
      output_.out_line = group.out_line();
      output_.out_word = output_word_;
      next_ = (served + 1) % static_cast<std::int32_t>(groups_.size());
    }
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const bool pushes = run_taken_ && static_cast<std::size_t>(offer_.run_group) == g;
    groups_[g].clock(pushes ? offer_.run : nullptr, loads_done_, served == static_cast<std::int32_t>(g));
  }
  if (load_taken_) {
    for (const std::int32_t g : offer_.load->groups)
      groups_[static_cast<std::size_t>(g)].write(*offer_.load, offer_.vector, line_);
    const bool done = (line_ + 1) * stream_ == dim_;
    line_ = done ? 0 : line_ + 1;
    loads_done_ += done ? 1 : 0;
  }
}

}  // namespace heddle::systemc
