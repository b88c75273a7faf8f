// Questions about an operator's kind.
#pragma once

#include <variant>

#include "compiler/network/operator.h"

namespace heddle::network {

template <class... Kinds>
bool is_one_of(const Operator& op) {
  return (std::holds_alternative<Kinds>(op) || ...);
}

}  // namespace heddle::network
