// A verilated window-attention array of any size at its ports.
#pragma once

#include <stddef.h>

#include <memory>
#include <type_traits>

#include "swat_abi.h"
#include "verilated.h"

template <class Port>
void put_words(Port& port, const uint32_t* words) {
  if constexpr (std::is_integral_v<Port>) {
    port = static_cast<Port>(words[0] | static_cast<uint64_t>(words[1]) << 32U);
  } else {
    for (size_t i = 0; i < sizeof(port) / sizeof(words[0]); ++i) port[i] = words[i];
  }
}

template <class Port>
void get_words(const Port& port, uint32_t* words) {
  if constexpr (std::is_integral_v<Port>) {
    words[0] = static_cast<uint32_t>(port);
    words[1] = static_cast<uint32_t>(static_cast<uint64_t>(port) >> 32U);
  } else {
    for (size_t i = 0; i < sizeof(port) / sizeof(words[0]); ++i) words[i] = port[i];
  }
}

template <class Top>
class SwatPorts {
 public:
  SwatPorts() : top_(std::make_unique<Top>(&context_)) {
    top_->load_valid_i = 0;
    top_->run_valid_i = 0;
    top_->out_ready_i = 0;
    top_->start_i = 0;
    reset();
  }
  ~SwatPorts() { top_->final(); }
  SwatPorts(const SwatPorts&) = delete;
  SwatPorts& operator=(const SwatPorts&) = delete;

  VerilatedContext& context() { return context_; }

  void reset() {
    top_->rst_ni = 0;
    settle();
    clock();
    top_->rst_ni = 1;
  }
  void begin(uint32_t dim, uint32_t factor, uint8_t factor_shift) {
    top_->dim_i = static_cast<std::remove_reference_t<decltype(top_->dim_i)>>(dim);
    top_->factor_i = factor;
    top_->factor_shift_i = factor_shift;
    top_->load_valid_i = 0;
    top_->run_valid_i = 0;
    top_->start_i = 1;
    settle();
    clock();
    top_->start_i = 0;
  }
  void settle(const HeddleSwatOffer& offer, HeddleSwatAnswer& answer) {
    top_->load_valid_i = offer.load_valid;
    top_->run_valid_i = offer.run_valid;
    top_->out_ready_i = offer.out_ready;
    if (offer.load_valid) set_load(offer);
    if (offer.run_valid) {
      put_number(top_->run_group_i, offer.run_group);
      put_words(top_->run_i, offer.run);
    }
    settle();
    answer.load_ready = top_->load_ready_o != 0;
    answer.run_ready = top_->run_ready_o != 0;
    answer.out_valid = top_->out_valid_o != 0;
    if (!answer.out_valid) return;
    answer.out_group = static_cast<uint32_t>(top_->out_group_o);
    answer.out_row = static_cast<uint32_t>(top_->out_row_o);
    answer.out_line = static_cast<uint32_t>(top_->out_line_o);
    get_words(top_->out_word_o, out_word_);
    answer.out_word = out_word_;
  }
  void clock() {
    top_->clk_i = 1;
    top_->eval();
  }

 private:
  template <class Port>
  static void put_number(Port& port, uint32_t value) {
    port = static_cast<Port>(value);
  }
  void settle() {
    top_->clk_i = 0;
    top_->eval();
  }
  void set_load(const HeddleSwatOffer& offer) {
    top_->load_kind_i = offer.load_kind;
    top_->load_bank_i = offer.load_bank;
    top_->load_after_i = offer.load_after;
    put_number(top_->load_slot_i, offer.load_slot);
    put_number(top_->load_row_i, offer.load_row);
    put_words(top_->load_groups_i, offer.load_groups);
    put_words(top_->load_word_i, offer.load_word);
  }

  VerilatedContext context_;
  std::unique_ptr<Top> top_;
  uint32_t out_word_[sizeof(Top::out_word_o) / sizeof(uint32_t) + 2] = {};
};
