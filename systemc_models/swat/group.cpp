#include "systemc_models/swat/group.h"

#include <algorithm>

namespace heddle::systemc {

using attention::Run;
using attention::Weighted;

namespace {

constexpr std::int32_t kWeightLatency = 10;  ///< from a key's last product to its value's first
constexpr std::int32_t kWriteLatency = 5;    ///< and a clock for each core, from a value's element to its sum
constexpr std::int32_t kDivideClocks = 21;

}  // namespace

SwatGroup::SwatGroup(const arch::Swat& array, const attention::Ports& ports)
    : ports_(ports),
      rows_(array.rows),
      slots_(array.slots),
      stream_(array.stream_elements),
      most_dim_(array.head_dim),
      depth_(static_cast<std::size_t>(array.run_queue)),
      keys_(static_cast<std::size_t>(slots_) * static_cast<std::size_t>(most_dim_)),
      values_(keys_.size()),
      queries_(2 * static_cast<std::size_t>(rows_) * static_cast<std::size_t>(most_dim_)) {}

void SwatGroup::begin(std::int32_t head_dim, const attention::LogitScale& scale) {
  dim_ = head_dim;
  scale_ = scale;
  queue_.clear();
  beats_.clear();
  run_ = nullptr;
  bank_ = 1;
  element_ = 0;
  tasks_ = drained_ = now_ = beats_done_ = 0;
  value_active_ = false;
  ends_ = 0;
  states_.assign(static_cast<std::size_t>(rows_), {});
  results_.assign(2 * static_cast<std::size_t>(rows_), attention::empty_row(head_dim));
  drain_ = Drain::kIdle;
  waiting_ = drain_row_ = drain_bank_ = drain_element_ = divide_left_ = place_ = 0;
  divided_ = full_ = false;
  valid_ = 0;
}

std::span<numerics::Code> SwatGroup::vector_at(std::vector<numerics::Code>& store, std::size_t index) const {
  return std::span(store).subspan(index * static_cast<std::size_t>(most_dim_), static_cast<std::size_t>(dim_));
}

void SwatGroup::write(const attention::Load& load, std::span<const numerics::Code> vector, std::int32_t word) {
  auto& store = load.kind == attention::LoadKind::kQuery ? queries_
                : load.kind == attention::LoadKind::kKey ? keys_
                                                         : values_;
  const std::size_t index =
      load.kind == attention::LoadKind::kQuery ? place(load.bank, load.slot) : static_cast<std::size_t>(load.slot);
  const auto part = vector.subspan(static_cast<std::size_t>(word * stream_), static_cast<std::size_t>(stream_));
  std::ranges::copy(part, vector_at(store, index).begin() + static_cast<std::ptrdiff_t>(word) * stream_);
}

void SwatGroup::clock(const Run* run, std::int64_t loads_done, bool out_ready) {
  const bool task_done = clock_values();
  clock_keys(run, loads_done);
  clock_drain(task_done, out_ready);
  ++now_;
}

/// swat_issue.sv, the keys' half. Values have taken their beat of this clock already.
void SwatGroup::clock_keys(const Run* run, std::int64_t loads_done) {
  if (run_ != nullptr && element_ == 0) {
    beats_.push_back({slot_, bank_, run_->last && beat_ + 1 == run_->count, now_ + dim_ + kWeightLatency, {}});
  }
  const bool boundary = run_ == nullptr || element_ == dim_ - 1;
  if (!boundary) {
    ++element_;
  } else {
    if (run_ != nullptr) weigh_beat();
    const bool more = run_ != nullptr && beat_ + 1 != run_->count;
    const Run* head = queue_.empty() ? nullptr : queue_.front();
    const bool take = !more && head != nullptr && loads_done >= head->need && (!head->first || drained_ + 1 >= tasks_);
    element_ = 0;
    task_start_ = take && head->first;
    if (more) {
      ++beat_;
      slot_ = (slot_ + 1) % slots_;
    } else {
      run_ = take ? head : nullptr;
      beat_ = 0;
      slot_ = head != nullptr ? head->slot : 0;
    }
    if (take) {
      queue_.pop_front();
      tasks_ += head->first ? 1 : 0;
      bank_ ^= head->first ? 1 : 0;
    }
  }
  if (run != nullptr) queue_.push_back(run);
}

/// Scores and weights of the beat whose last element passes now.
void SwatGroup::weigh_beat() {
  Beat& beat = beats_.back();
  beat.rows.assign(static_cast<std::size_t>(rows_), {});
  const auto key = vector_at(keys_, static_cast<std::size_t>(beat.slot));
  for (std::int32_t r = 0; r < rows_; ++r) {
    attention::RowState& state = states_[static_cast<std::size_t>(r)];
    attention::RowState& result = results_[place(beat.bank, r)];
    if (task_start_) {
      state.empty = true;
      state.sum = 0;
      result.sum = 0;
    }
    Weighted& weighted = beat.rows[static_cast<std::size_t>(r)];
    const bool sees = !run_->rows.empty() && beat_ >= run_->rows[static_cast<std::size_t>(r)].first &&
                      beat_ < run_->rows[static_cast<std::size_t>(r)].last;
    const bool was_empty = state.empty;
    if (sees) {
      const auto query = vector_at(queries_, place(beat.bank, r));
      weighted = attention::weigh(state, attention::logit(ports_, attention::score(ports_, query, key), scale_));
      result.sum = state.sum;
      result.empty = false;
    }
    weighted.clear = weighted.clear || was_empty;
  }
}

/// swat_issue.sv, the values' half; true when a task's last value leaves the last core.
bool SwatGroup::clock_values() {
  const bool start = !value_active_ && !beats_.empty() && beats_.front().when == now_;
  // Beats may follow each other without a gap: the next one is then behind the one that ends.
  if (start) value_element_ = 0;
  const bool valid = start || value_active_;
  bool end = false;
  if (valid) {
    const bool last = value_element_ == dim_ - 1;
    value_active_ = !last;
    ++value_element_;
    if (last) {
      mix_beat(beats_.front());
      end = beats_.front().last;
      beats_.pop_front();
      ++beats_done_;
    }
  }
  const std::int32_t clocks = rows_ + kWriteLatency;
  const bool done = (ends_ >> (clocks - 1) & 1U) != 0;
  ends_ = ends_ << 1U | (end ? 1U : 0U);
  return done;
}

void SwatGroup::mix_beat(const Beat& beat) {
  const auto value = vector_at(values_, static_cast<std::size_t>(beat.slot));
  for (std::int32_t r = 0; r < rows_; ++r) {
    const Weighted& weighted = beat.rows[static_cast<std::size_t>(r)];
    auto& output = results_[place(beat.bank, r)].output;
    if (weighted.weight != 0 || weighted.shift != 0)
      attention::mix(ports_, output, weighted, value);
    else if (weighted.clear)
      std::ranges::fill(output, 0);
  }
}

/// swat_drain.sv.
void SwatGroup::clock_drain(bool task_done, bool out_ready) {
  const bool go = !full_ || out_ready;
  const bool last_word = word_place_ == dim_ - 1;
  const bool row_done = last_word && full_ && out_ready;
  const bool begin_row = drain_ == Drain::kIdle && waiting_ != 0;
  const bool streams = drain_ == Drain::kStream;
  const bool drained = row_done && drain_row_ == rows_ - 1;

  if (go) {
    const bool word_valid = (valid_ & 4U) != 0;
    full_ = word_valid && (place_ + 1) % stream_ == 0;
    if (word_valid) {
      word_place_ = place_;
      word_row_ = drain_row_;
      if (place_ == 0) word_codes_ = codes_;
      place_ = place_ == dim_ - 1 ? 0 : place_ + 1;
    }
    valid_ = (valid_ << 1U | (streams ? 1U : 0U)) & 7U;
  }
  const bool divided = divided_;
  divided_ = divide_left_ == 1;
  divide_left_ = begin_row ? kDivideClocks : std::max(divide_left_ - 1, 0);
  switch (drain_) {
    case Drain::kIdle:
      if (begin_row) {
        codes_ = attention::finish(ports_, results_[place(drain_bank_, drain_row_)], {});
        drain_ = Drain::kDivide;
      }
      break;
    case Drain::kDivide:
      if (divided) drain_ = Drain::kStream;
      break;
    case Drain::kStream:
      if (go && drain_element_ == dim_ - 1) drain_ = Drain::kFlush;
      break;
    case Drain::kFlush:
      if (!row_done) break;
      drain_ = Drain::kIdle;
      drain_row_ = drain_row_ == rows_ - 1 ? 0 : drain_row_ + 1;
      drain_bank_ ^= drained ? 1 : 0;
      break;
  }
  drain_element_ = !streams ? 0 : drain_element_ + (go ? 1 : 0);
  waiting_ += (task_done ? 1 : 0) - (drained ? 1 : 0);
  drained_ += drained ? 1 : 0;
}

}  // namespace heddle::systemc
