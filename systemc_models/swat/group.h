// A group of the window-attention array, clock by clock: the state of rtl/swat/swat_group.sv and what is below it,
// without its pipelines of values. SystemC types do not cross this header.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "compiler/arch/swat.h"
#include "compiler/attention/datapath.h"
#include "compiler/attention/program.h"

namespace heddle::systemc {

class SwatGroup {
 public:
  SwatGroup(const arch::Swat& array, const attention::Ports& ports);

  void begin(std::int32_t head_dim, const attention::LogitScale& scale);

  // What other parts see before the clock.
  [[nodiscard]] std::int64_t beats_done() const { return beats_done_; }
  [[nodiscard]] bool run_ready() const { return queue_.size() < depth_; }
  [[nodiscard]] bool out_valid() const { return full_; }
  [[nodiscard]] std::int32_t out_row() const { return word_row_; }
  [[nodiscard]] std::int32_t out_line() const { return word_place_ / stream_; }
  [[nodiscard]] std::span<const numerics::Code> out_word() const {
    return std::span(word_codes_)
        .subspan(static_cast<std::size_t>(word_place_ / stream_ * stream_), static_cast<std::size_t>(stream_));
  }

  /// Words of a load, in this clock.
  void write(const attention::Load& load, std::span<const numerics::Code> vector, std::int32_t word);
  /// The clock. `run`: one that is pushed now, or null; `loads_done`: before the clock; `out_ready`: the word is taken.
  void clock(const attention::Run* run, std::int64_t loads_done, bool out_ready);

 private:
  struct Beat {
    std::int32_t slot = 0;
    std::int32_t bank = 0;
    bool last = false;
    std::int64_t when = 0;
    std::vector<attention::Weighted> rows;
  };
  enum class Drain : std::uint8_t { kIdle, kDivide, kStream, kFlush };

  void clock_keys(const attention::Run* run, std::int64_t loads_done);
  bool clock_values();
  void clock_drain(bool task_done, bool out_ready);
  void weigh_beat();
  void mix_beat(const Beat& beat);
  [[nodiscard]] std::span<numerics::Code> vector_at(std::vector<numerics::Code>& store, std::size_t index) const;
  [[nodiscard]] std::size_t place(std::int32_t bank, std::int32_t row) const {
    return static_cast<std::size_t>(bank * rows_ + row);
  }

  attention::Ports ports_;
  std::int32_t rows_, slots_, stream_, most_dim_;
  std::size_t depth_;
  std::int32_t dim_ = 0;
  attention::LogitScale scale_;
  std::vector<numerics::Code> keys_, values_, queries_;  ///< by slot; by bank and row

  std::deque<const attention::Run*> queue_;
  const attention::Run* run_ = nullptr;  ///< null: no key passes
  std::int32_t beat_ = 0, element_ = 0, slot_ = 0, bank_ = 1;
  bool task_start_ = false;
  std::int64_t tasks_ = 0, drained_ = 0, now_ = 0;

  std::deque<Beat> beats_;
  bool value_active_ = false;
  std::int32_t value_element_ = 0;
  std::int64_t beats_done_ = 0;
  std::uint64_t ends_ = 0;  ///< ends of tasks on their way through the cores

  std::vector<attention::RowState> states_;   ///< by row: the running maximum
  std::vector<attention::RowState> results_;  ///< by bank and row: sum and output

  Drain drain_ = Drain::kIdle;
  std::int32_t waiting_ = 0, drain_row_ = 0, drain_bank_ = 0, drain_element_ = 0, divide_left_ = 0;
  bool divided_ = false, full_ = false;
  std::uint32_t valid_ = 0;
  std::int32_t place_ = 0, word_place_ = 0, word_row_ = 0;
  std::vector<numerics::Code> codes_, word_codes_;
};

}  // namespace heddle::systemc
