#include "systemc_models/cgra/scratchpad.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "compiler/base/check.h"
#include "compiler/dfg/words.h"

namespace heddle::systemc {

static_assert(std::endian::native == std::endian::little, "accesses are copied as they lie in host memory");

Scratchpad::Scratchpad(const arch::Cgra& cgra)
    : bytes_(static_cast<std::size_t>(cgra.scratchpad.bytes())),
      size_(static_cast<std::uint32_t>(cgra.scratchpad.bytes())),
      bank_count_(static_cast<std::uint32_t>(cgra.scratchpad.banks)),
      bank_bytes_(static_cast<std::uint32_t>(cgra.scratchpad.bank_bytes)),
      word_bytes_(static_cast<std::uint32_t>(cgra.word_bits / 8)),
      ports_(static_cast<std::uint32_t>(cgra.scratchpad.ports)),
      interleaved_(cgra.scratchpad.interleaved),
      load_of_bank_(bank_count_) {
  HEDDLE_CHECK(size_ % 8 == 0, "an access would wrap round the end of the scratchpad");
}

Request Scratchpad::request(Word address, std::uint8_t bytes) const {
  Request request;
  request.bytes = bytes;
  if (size_ == 0) return request;
  request.address = (static_cast<std::uint32_t>(address) % size_) & ~(static_cast<std::uint32_t>(bytes) - 1U);
  request.bank = interleaved_ ? request.address / word_bytes_ % bank_count_ : request.address / bank_bytes_;
  return request;
}

void Scratchpad::load(Request& request) const {
  Word value = 0;
  std::memcpy(&value, &bytes_[request.address], request.bytes);
  request.data = request.is_signed ? static_cast<Word>(dfg::sign_extend(value, 8 * request.bytes)) : value;
}

void Scratchpad::store(const Request& request) { std::memcpy(&bytes_[request.address], &request.data, request.bytes); }

bool Scratchpad::serve_round(std::vector<Request>& requests) {
  if (size_ == 0) return true;
  std::fill(load_of_bank_.begin(), load_of_bank_.end(), 0U);
  bool all = true;
  bool stores = false;
  for (Request& request : requests) {
    if (request.served) continue;
    if (load_of_bank_[request.bank] == ports_) {
      all = false;
      continue;
    }
    ++load_of_bank_[request.bank];
    request.served = true;
    // Loads see the content before any store of this round.
    if (request.store)
      stores = true;
    else
      load(request);
  }
  if (!stores) return all;
  for (Request& request : requests)
    if (request.served && request.store) {
      store(request);
      request.store = false;  // done
    }
  return all;
}

std::uint32_t Scratchpad::read_word(std::uint32_t address) const {
  std::uint32_t value = 0;
  if (address / 4 < size_ / 4) std::memcpy(&value, &bytes_[address & ~3U], 4);
  return value;
}

void Scratchpad::write_word(std::uint32_t address, std::uint32_t value) {
  if (address / 4 < size_ / 4) std::memcpy(&bytes_[address & ~3U], &value, 4);
}

}  // namespace heddle::systemc
