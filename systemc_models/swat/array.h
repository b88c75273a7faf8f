// The window-attention array, clock by clock: rtl/swat/swat_array.sv. SystemC types do not cross this header.
#pragma once

#include <vector>

#include "compiler/attention/player.h"
#include "systemc_models/swat/group.h"

namespace heddle::systemc {

class SwatArray final : public attention::ArrayPorts {
 public:
  SwatArray(const arch::Swat& array, const attention::Ports& ports);

  void begin(std::int32_t head_dim, const attention::LogitScale& scale) override;
  void reset() override;
  attention::Answer settle(const attention::Offer& offer) override;
  void clock() override;

 private:
  /// The group whose word goes out next: the first that has one, from the one behind the last that was served.
  [[nodiscard]] std::int32_t next_output() const;

  std::vector<SwatGroup> groups_;
  std::int32_t stream_ = 1;
  std::int32_t dim_ = 0;
  attention::LogitScale scale_;
  std::int64_t loads_done_ = 0;
  std::int32_t line_ = 0;
  std::int32_t next_ = 0;
  attention::Offer offer_;
  bool load_taken_ = false, run_taken_ = false;
  attention::Answer output_;  ///< the register in front of the stream
  std::vector<numerics::Code> output_word_;
};

}  // namespace heddle::systemc
