// What a library with a verilated window-attention array offers, as rtl_abi.h does for CGRAs. Wide ports are words from
// the lowest bit on, never fewer than two.
#pragma once

#include <stdint.h>

struct HeddleSwatModel;

/// The inputs of a clock.
struct HeddleSwatOffer {
  bool load_valid;
  bool run_valid;
  bool out_ready;
  uint8_t load_kind;
  uint8_t load_bank;
  uint32_t load_slot;
  uint32_t load_row;
  uint32_t load_after;
  uint32_t run_group;
  const uint32_t* load_groups;
  const uint32_t* load_word;
  const uint32_t* run;
};

/// The outputs before its edge; `out_word` until the next call.
struct HeddleSwatAnswer {
  bool load_ready;
  bool run_ready;
  bool out_valid;
  uint32_t out_group;
  uint32_t out_row;
  uint32_t out_line;
  const uint32_t* out_word;
};

/// All entry points; fetched from the library by the symbol "heddle_swat_entry". No exception leaves any of them; false
/// if an assertion has failed, now or before: see `error`.
struct HeddleSwatEntry {
  uint32_t version;  ///< kHeddleSwatVersion
  HeddleSwatModel* (*open)();
  void (*close)(HeddleSwatModel*);
  bool (*reset)(HeddleSwatModel*);
  bool (*begin)(HeddleSwatModel*, uint32_t dim, uint32_t factor, uint8_t factor_shift);
  bool (*settle)(HeddleSwatModel*, const HeddleSwatOffer*, HeddleSwatAnswer*);
  bool (*clock)(HeddleSwatModel*);
  const char* (*error)(const HeddleSwatModel*);
};
inline constexpr uint32_t kHeddleSwatVersion = 1;
