// Some launches on one model of the array, the rest on another.
#include <algorithm>
#include <map>

#include "runtime/session/backend.h"

namespace heddle::session {
namespace {

class MixedBackend final : public Backend {
 public:
  MixedBackend(Backend& rest, std::vector<LaunchChoice> choices) : rest_(rest), choices_(std::move(choices)) {}

  [[nodiscard]] std::string name() const override { return "mixed"; }

  Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) override {
    const std::string& region = plan.region->name;
    Backend& chosen = choose(region, launches_[region]++);
    if (last_ != nullptr && last_ != &chosen) chosen.forget_configuration();
    last_ = &chosen;
    // What one backend has in its scratchpad the others have not.
    HEDDLE_ASSIGN(LaunchResult result, chosen.launch(choices_.empty() ? plan : on_fresh_array(plan), context));
    result.backend = chosen.name();
    return result;
  }

  void forget_configuration() override {
    if (last_ != nullptr) last_->forget_configuration();
  }

 private:
  Backend& choose(const std::string& region, std::uint64_t launch) {
    const auto found = std::ranges::find_if(choices_, [&](const LaunchChoice& choice) {
      return matches(choice.region, region) && choice.launch.value_or(launch) == launch;
    });
    return found == choices_.end() ? rest_ : *found->backend;
  }

  Backend& rest_;
  std::vector<LaunchChoice> choices_;
  std::map<std::string, std::uint64_t> launches_;  ///< so far, by region
  Backend* last_ = nullptr;
};

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  for (std::size_t skip = star; skip <= name.size(); ++skip)
    if (matches(pattern.substr(star + 1), name.substr(skip))) return true;
  return false;
}

std::unique_ptr<Backend> make_mixed_backend(Backend& rest, std::vector<LaunchChoice> choices) {
  return std::make_unique<MixedBackend>(rest, std::move(choices));
}

}  // namespace heddle::session
