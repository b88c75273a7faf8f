// The parts of the loader of `heddle.arch/1`, each for one key of the document.
#pragma once

#include <string>
#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::arch {

/// The document that is being read, for values and for places.
class Source {
 public:
  explicit Source(const Document& document) : document_(document) {}

  [[nodiscard]] const Json& root() const { return document_.root; }
  /// A failure at the value (or key) of `pointer`: `at /links/3: message`.
  [[nodiscard]] tl::unexpected<Error> error(const std::string& pointer, const std::string& message,
                                            std::string hint = {}) const {
    return fail(ErrorCode::kBadInput, "at " + pointer + ": " + message, document_.mark(pointer), std::move(hint));
  }
  [[nodiscard]] tl::unexpected<Error> key_error(const std::string& pointer, const std::string& message,
                                                std::string hint = {}) const {
    return fail(ErrorCode::kBadInput, "at " + pointer + ": " + message, document_.key_mark(pointer), std::move(hint));
  }

 private:
  const Document& document_;
};

/// "did you mean "x"?" for the nearest of `names`, or a list of them.
std::string hint_for(const std::string& name, const std::vector<std::string>& names);

/// Class index of each PE, from `placement`.
Result<std::vector<int>> read_placement(const Source& source, const Cgra& cgra);

/// Appends the links of `links` (default: mesh).
Status read_links(const Source& source, Cgra& cgra);

/// Reads `operations` of one PE class; `pointer` is that of the value.
Status read_operations(const Source& source, const std::string& pointer, const Json& value, int word_bits,
                       PeClass& pe_class);

}  // namespace heddle::arch
