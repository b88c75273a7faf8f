// Where every word of the array lies in one flat vector, so that an operand is a single indexed load.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::systemc {

using Word = std::uint64_t;
using Index = std::uint32_t;

/// Order: a word that is always 0, RES by PE, registers, links, and the constant fields of all configuration words.
/// What a start clears comes before what it keeps.
class StateMap {
 public:
  explicit StateMap(const arch::Cgra& cgra) {
    const auto depth = static_cast<Index>(cgra.config_depth);
    Index next = 1 + static_cast<Index>(cgra.pes.size());
    for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
      registers_.push_back(next);
      next += static_cast<Index>(class_of(cgra, pe).registers);
    }
    links_ = next;
    next += static_cast<Index>(cgra.links.size());
    constants_start_ = next;
    for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
      const auto fields = static_cast<Index>(class_of(cgra, pe).constants);
      constants_.push_back(next);
      fields_.push_back(fields);
      next += depth * fields;
    }
    size_ = next;
  }

  static constexpr Index kZero = 0;
  static constexpr Index kResults = 1;  ///< RES of PE 0

  [[nodiscard]] static Index result(std::size_t pe) { return kResults + static_cast<Index>(pe); }
  [[nodiscard]] Index reg(std::size_t pe, int number) const { return registers_[pe] + static_cast<Index>(number); }
  [[nodiscard]] Index link(arch::LinkId id) const { return links_ + static_cast<Index>(id.index()); }
  [[nodiscard]] Index constant(std::size_t pe, std::size_t slot, std::size_t field) const {
    return constants_[pe] + static_cast<Index>(slot) * fields_[pe] + static_cast<Index>(field);
  }
  /// The number of a link's word, or -1 for other words.
  [[nodiscard]] std::int64_t link_number(Index index) const {
    return index >= links_ && index < constants_start_ ? static_cast<std::int64_t>(index - links_) : -1;
  }
  [[nodiscard]] Index cleared_by_start() const { return constants_start_; }
  [[nodiscard]] Index size() const { return size_; }

 private:
  static const arch::PeClass& class_of(const arch::Cgra& cgra, std::size_t pe) {
    return cgra.pe_class(arch::PeId(static_cast<std::int64_t>(pe)));
  }

  std::vector<Index> registers_;  // by PE
  std::vector<Index> constants_;  // by PE
  std::vector<Index> fields_;     // constant fields a word, by PE
  Index links_ = 0;
  Index constants_start_ = 0;
  Index size_ = 0;
};

}  // namespace heddle::systemc
