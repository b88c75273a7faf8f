// A visitor of std::visit made of lambdas.
#pragma once

namespace heddle::network {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace heddle::network
