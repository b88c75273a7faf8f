// A simulation context made current for a while, so that models in one process do not know of each other.
#pragma once

#include <systemc>
#include <utility>

namespace heddle::systemc {

class ContextScope {
 public:
  explicit ContextScope(sc_core::sc_simcontext* context)
      : current_(std::exchange(sc_core::sc_curr_simcontext, context)),
        fallback_(std::exchange(sc_core::sc_default_global_context, context)) {}
  ~ContextScope() {
    sc_core::sc_curr_simcontext = current_;
    sc_core::sc_default_global_context = fallback_;
  }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  sc_core::sc_simcontext* current_;
  sc_core::sc_simcontext* fallback_;
};

}  // namespace heddle::systemc
