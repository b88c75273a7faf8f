#include "runtime/verify/user_rtl_binding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "compiler/base/files.h"

namespace heddle::verify {
namespace {

using Direction = RtlPort::Direction;

struct Tie {
  std::string port;
  std::uint64_t value;
};

/// Decimal, 0x or 0b; nothing if it is no number.
std::optional<std::uint64_t> parse_constant(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0b")) {
    base = text[1] == 'x' ? 16 : 2;
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return {};
  return value;
}

std::string nearest_hint(const std::string& name, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(name, candidates);
  if (!nearest.empty()) return fmt::format("did you mean '{}'?", nearest);
  return fmt::format("there are: {}", fmt::join(candidates, ", "));
}

const char* direction_name(Direction direction) {
  if (direction == Direction::kInput) return "an input";
  return direction == Direction::kOutput ? "an output" : "bidirectional";
}

class Binder {
 public:
  Binder(const RtlDesign& design, const PortOptions& options) : design_(design), options_(options) {}

  Result<Binding> bind() {
    for (const RtlPort& port : design_.ports)
      if (port.bits == 0 || port.direction == Direction::kInout)
        return fail(
            ErrorCode::kUnsupported,
            fmt::format("port '{}' is {}", port.name, port.bits == 0 ? "not a vector of bits" : "bidirectional"),
            port.where, "put a wrapper with plain inputs and outputs around it");
    HEDDLE_ASSIGN(binding_.golden, make_golden(options_.golden));
    HEDDLE_TRY(read_map());
    HEDDLE_TRY(find_clock_and_reset());
    match_names();
    HEDDLE_TRY(settle_width());
    HEDDLE_TRY(connect_inputs());
    HEDDLE_TRY(connect_outputs());
    HEDDLE_TRY(connect_ties());
    HEDDLE_TRY(check_complete());
    return std::move(binding_);
  }

 private:
  [[nodiscard]] std::vector<std::string> rtl_names(std::optional<Direction> direction = {}) const {
    std::vector<std::string> names;
    for (const RtlPort& port : design_.ports)
      if (!direction || port.direction == *direction) names.push_back(port.name);
    return names;
  }

  [[nodiscard]] std::vector<std::string> golden_names() const {
    std::vector<std::string> names;
    for (const GoldenPort& port : binding_.golden.inputs) names.push_back(port.name);
    for (const GoldenPort& port : binding_.golden.outputs) names.push_back(port.name);
    return names;
  }

  /// A port of the design for a use; each has one.
  Result<std::size_t> take(const std::string& name, Direction direction, const std::string& use) {
    const RtlPort* port = design_.find(name);
    if (port == nullptr)
      return fail(ErrorCode::kBadInput, fmt::format("{}: module {} has no port '{}'", use, design_.top, name), {},
                  nearest_hint(name, rtl_names()));
    if (port->direction != direction)
      return fail(ErrorCode::kBadInput,
                  fmt::format("{}: port '{}' is {}, not {}", use, name, direction_name(port->direction),
                              direction_name(direction)),
                  port->where);
    const auto [found, added] = uses_.emplace(name, use);
    if (!added)
      return fail(ErrorCode::kBadInput, fmt::format("port '{}' is used twice: {} and {}", name, found->second, use));
    return static_cast<std::size_t>(port - design_.ports.data());
  }

  Status check_width(const GoldenPort& golden, std::size_t index) const {
    const RtlPort& port = design_.ports[index];
    if (port.bits == golden.type.total_bits()) return {};
    return fail(
        ErrorCode::kBadInput,
        fmt::format("port '{}' has {} bit{}, '{}' of {} has {} ({})", port.name, port.bits, port.bits == 1 ? "" : "s",
                    golden.name, options_.golden, golden.type.total_bits(), golden.type.text()),
        port.where);
  }

  Status read_map() {
    const std::vector<std::string> names = golden_names();
    for (const std::string& entry : options_.map) {
      const std::size_t equals = entry.find('=');
      if (equals == std::string::npos || equals == 0 || equals + 1 == entry.size())
        return fail(ErrorCode::kBadInput,
                    fmt::format("--map: expected golden=port or port=constant, found '{}'", entry));
      const std::string left = entry.substr(0, equals);
      const std::string right = entry.substr(equals + 1);
      if (const auto constant = parse_constant(right); constant && design_.find(right) == nullptr) {
        ties_.push_back({left, *constant});
        continue;
      }
      if (std::find(names.begin(), names.end(), left) == names.end())
        return fail(ErrorCode::kBadInput, fmt::format("--map: {} has no port '{}'", options_.golden, left), {},
                    nearest_hint(left, names));
      if (!map_.emplace(left, right).second)
        return fail(ErrorCode::kBadInput, fmt::format("--map: '{}' is given twice", left));
    }
    return {};
  }

  /// The first port of the usual names that the map does not use.
  [[nodiscard]] std::string usual(const std::vector<std::string>& names) const {
    for (const std::string& name : names) {
      const RtlPort* port = design_.find(name);
      const auto mapped = [&](const auto& entry) { return entry.second == name; };
      const auto tied = [&](const Tie& tie) { return tie.port == name; };
      if (port != nullptr && port->bits == 1 && port->direction == Direction::kInput &&
          std::none_of(map_.begin(), map_.end(), mapped) && std::none_of(ties_.begin(), ties_.end(), tied))
        return name;
    }
    return {};
  }

  Status find_clock_and_reset() {
    const std::string clock =
        options_.clock.empty() ? usual({"clk", "clk_i", "clock", "clock_i", "i_clk", "aclk"}) : options_.clock;
    const std::string reset =
        options_.reset.empty()
            ? usual({"rst_ni", "rst_n", "rst_i", "rst", "reset", "reset_n", "reset_ni", "reset_i", "resetn", "rstn",
                     "aresetn", "arst_n", "arst_ni", "arst", "arst_i", "nreset", "i_rst", "i_rst_n", "i_reset"})
            : options_.reset;
    if (!clock.empty()) {
      HEDDLE_ASSIGN(binding_.wiring.clock, take(clock, Direction::kInput, "--clock"));
      HEDDLE_TRY(check_one_bit(*binding_.wiring.clock));
    }
    if (reset.empty()) return {};
    HEDDLE_ASSIGN(binding_.wiring.reset, take(reset, Direction::kInput, "--reset"));
    HEDDLE_TRY(check_one_bit(*binding_.wiring.reset));
    HEDDLE_ASSIGN(binding_.wiring.reset_active_high, active_high(reset));
    return {};
  }

  Status check_one_bit(std::size_t index) const {
    const RtlPort& port = design_.ports[index];
    if (port.bits == 1) return {};
    return fail(ErrorCode::kBadInput,
                fmt::format("port '{}' has {} bits; clock and reset have one", port.name, port.bits), port.where);
  }

  [[nodiscard]] Result<bool> active_high(const std::string& reset) const {
    if (options_.reset_active_high) return *options_.reset_active_high;
    const bool named_low = reset.ends_with("n") || reset.ends_with("_ni") || reset.starts_with("nr");
    const auto edges = design_.edges.find(reset);
    if (edges == design_.edges.end() || edges->second.rising == edges->second.falling) return !named_low;
    if (edges->second.falling == named_low) return !named_low;
    return fail(ErrorCode::kBadInput,
                fmt::format("reset '{}' is named like one that is active {}, but the design waits for its {} edge",
                            reset, named_low ? "low" : "high", edges->second.rising ? "rising" : "falling"),
                {}, "say which it is: --reset-active low or high");
  }

  /// Golden ports that the map leaves out take the port of their name, if nothing else uses it.
  void match_names() {
    for (const GoldenPort& port : binding_.golden.inputs)
      match_name(port.name, Direction::kInput, {port.name, port.name + "_i", "i_" + port.name});
    for (const GoldenPort& port : binding_.golden.outputs)
      match_name(port.name, Direction::kOutput, {port.name, port.name + "_o", "o_" + port.name});
  }

  void match_name(const std::string& name, Direction direction, const std::vector<std::string>& candidates) {
    if (map_.contains(name)) return;
    for (const std::string& candidate : candidates) {
      const RtlPort* port = design_.find(candidate);
      const bool tied = std::any_of(ties_.begin(), ties_.end(), [&](const Tie& tie) { return tie.port == candidate; });
      const bool mapped =
          std::any_of(map_.begin(), map_.end(), [&](const auto& each) { return each.second == candidate; });
      if (port == nullptr || port->direction != direction || tied || mapped || uses_.contains(candidate)) continue;
      map_.emplace(name, candidate);
      return;
    }
  }

  Status settle_width() {
    if (binding_.golden.open_port.empty()) return {};
    const auto mapped = map_.find(binding_.golden.open_port);
    const RtlPort* port = mapped == map_.end() ? nullptr : design_.find(mapped->second);
    if (port == nullptr) return {};
    auto golden = make_golden(options_.golden, port->bits);
    if (!golden) {
      Error error = std::move(golden).error();
      error.message = fmt::format("port '{}': {}", port->name, error.message);
      return fail(std::move(error));
    }
    binding_.golden = std::move(*golden);
    return {};
  }

  Status connect_inputs() {
    for (std::size_t i = 0; i < binding_.golden.inputs.size(); ++i) {
      const GoldenPort& golden = binding_.golden.inputs[i];
      const auto mapped = map_.find(golden.name);
      if (mapped == map_.end()) {
        if (golden.optional) continue;
        return fail(ErrorCode::kBadInput,
                    fmt::format("no port for input '{}' of {} ({})", golden.name, options_.golden, golden.type.text()),
                    {},
                    fmt::format("--map {}=PORT; inputs of {}: {}", golden.name, design_.top,
                                fmt::join(rtl_names(Direction::kInput), ", ")));
      }
      HEDDLE_ASSIGN(const std::size_t index, take(mapped->second, Direction::kInput, "--map " + golden.name));
      HEDDLE_TRY(check_width(golden, index));
      binding_.wiring.driven.push_back({index, golden.type.words()});
      binding_.inputs.push_back(i);
      if (golden.role == PortRole::kAccumulator) binding_.external_sum = true;
    }
    return {};
  }

  Status connect_outputs() {
    for (std::size_t i = 0; i < binding_.golden.outputs.size(); ++i) {
      const GoldenPort& golden = binding_.golden.outputs[i];
      const auto mapped = map_.find(golden.name);
      if (mapped == map_.end()) {
        if (golden.optional) continue;
        return fail(ErrorCode::kBadInput,
                    fmt::format("no port for output '{}' of {} ({})", golden.name, options_.golden, golden.type.text()),
                    {},
                    fmt::format("--map {}=PORT; outputs of {}: {}", golden.name, design_.top,
                                fmt::join(rtl_names(Direction::kOutput), ", ")));
      }
      HEDDLE_ASSIGN(const std::size_t index, take(mapped->second, Direction::kOutput, "--map " + golden.name));
      HEDDLE_TRY(check_width(golden, index));
      if (golden.role == PortRole::kValid && !binding_.driven_with(PortRole::kValid))
        return fail(ErrorCode::kBadInput, "out_valid is connected, but valid is not");
      binding_.wiring.sampled.push_back({index, golden.type.words()});
      binding_.outputs.push_back(i);
    }
    return {};
  }

  Status connect_ties() {
    for (const Tie& tie : ties_) {
      HEDDLE_ASSIGN(const std::size_t index,
                    take(tie.port, Direction::kInput, fmt::format("--map {}={}", tie.port, tie.value)));
      const RtlPort& port = design_.ports[index];
      if (port.bits < 64 && tie.value >> port.bits != 0)
        return fail(ErrorCode::kBadInput, fmt::format("--map: {} does not fit port '{}' of {} bit{}", tie.value,
                                                      port.name, port.bits, port.bits == 1 ? "" : "s"));
      DutWiring::Tie wired{index, std::vector<std::uint64_t>(port.words())};
      wired.value[0] = tie.value;
      binding_.wiring.tied.push_back(std::move(wired));
    }
    return {};
  }

  Status check_complete() {
    std::vector<std::string> open;
    for (const RtlPort& port : design_.ports) {
      if (uses_.contains(port.name)) continue;
      (port.direction == Direction::kInput ? open : binding_.unused).push_back(port.name);
    }
    if (!open.empty())
      return fail(ErrorCode::kBadInput,
                  fmt::format("input{} '{}' of {} {} not connected", open.size() == 1 ? "" : "s",
                              fmt::join(open, "', '"), design_.top, open.size() == 1 ? "is" : "are"),
                  design_.find(open.front())->where,
                  fmt::format("map it (--map GOLDEN={0}), tie it (--map {0}=0), or name it with --clock or --reset",
                              open.front()));
    if (binding_.keeps_sum() && !binding_.wiring.clock)
      return fail(ErrorCode::kBadInput,
                  fmt::format("{} keeps a sum, but {} has no clock", options_.golden, design_.top), {},
                  "name the clock with --clock, or connect acc_in if the sum comes from outside");
    if (binding_.keeps_sum() && !binding_.wiring.reset && !binding_.driven_with(PortRole::kFirst) &&
        !binding_.driven_with(PortRole::kClear))
      return fail(ErrorCode::kBadInput, "nothing brings the accumulator to a known value", {},
                  "connect first or clear, or name the reset with --reset");
    return {};
  }

  const RtlDesign& design_;
  const PortOptions& options_;
  Binding binding_;
  std::map<std::string, std::string> map_;  // golden port -> port of the design
  std::vector<Tie> ties_;
  std::map<std::string, std::string> uses_;  // port of the design -> what it is used for
};

}  // namespace

bool Binding::drives(std::size_t input) const { return std::find(inputs.begin(), inputs.end(), input) != inputs.end(); }

std::optional<std::size_t> Binding::driven_with(PortRole role) const {
  const auto input = golden.input_with(role);
  if (!input || !drives(*input)) return {};
  return input;
}

Result<Binding> bind_ports(const RtlDesign& design, const PortOptions& options) {
  return Binder(design, options).bind();
}

}  // namespace heddle::verify
