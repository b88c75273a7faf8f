// A verilated design in a process of its own, as an object: a user's RTL may loop for ever, stop, or crash.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"

struct HeddleDutMemory;

namespace heddle::verify {

/// Which ports are used for what, as indices into RtlDesign::ports.
struct DutWiring {
  struct Port {
    std::size_t index = 0;
    std::size_t words = 1;  ///< 64-bit words of its value
  };
  struct Tie {
    std::size_t index = 0;
    std::vector<std::uint64_t> value;
  };
  std::vector<Port> driven;
  std::vector<Port> sampled;
  std::optional<std::size_t> clock;
  std::optional<std::size_t> reset;
  bool reset_active_high = false;
  std::vector<Tie> tied;

  [[nodiscard]] std::size_t driven_words() const;
  [[nodiscard]] std::size_t sampled_words() const;
};

/// How registers without an initial value start.
enum class PowerUp : std::uint8_t { kZeros, kOnes, kRandom };

/// Runs the program that build_user_rtl made. Every call fails with kUnsupported if the design stops itself, fails an
/// assertion, does not settle or crashes (the message says how, and in which cycle), or does not answer within
/// `seconds` (the process is then killed); with kInterrupted when cancelled. After a failure only `open` may be called.
class DutProcess {
 public:
  static constexpr std::size_t kBlock = 16384;  ///< vectors in one call of `start`, at most

  DutProcess(std::filesystem::path program, DutWiring wiring, double seconds, const Context& context);
  DutProcess(const DutProcess&) = delete;
  DutProcess& operator=(const DutProcess&) = delete;
  ~DutProcess();

  /// A new model, just powered up.
  Status open(PowerUp start);
  /// `cycles` clock cycles in reset, with driven ports at zero; nothing for a design without reset.
  Status reset(std::uint32_t cycles);
  Status open_trace(const std::filesystem::path& file);
  Status close_trace();

  /// Where the values of the next block go (kBlock * driven_words), and where those of the last one are.
  [[nodiscard]] std::span<std::uint64_t> inputs() { return inputs_; }
  [[nodiscard]] std::span<const std::uint64_t> outputs() const { return outputs_; }
  /// Begins with a block; the caller may compute meanwhile but must not write `inputs`.
  Status start(std::size_t vectors);
  Status wait();
  Status run(std::size_t vectors);

  /// After a failure of `wait`: the vector of the block in which the design stopped itself.
  [[nodiscard]] std::optional<std::size_t> stopped_at() const { return stopped_at_; }

 private:
  Status spawn();
  Status configure();
  Status send(std::uint32_t operation, std::size_t count, std::uint64_t seed = 0);
  Status receive(const std::string& doing);
  Status call(std::uint32_t operation, std::size_t count, const std::string& doing, std::uint64_t seed = 0);
  Error died(const std::string& doing);
  void kill();

  std::filesystem::path program_;
  DutWiring wiring_;
  double seconds_;
  const Context& context_;
  int memory_file_ = -1;
  HeddleDutMemory* memory_ = nullptr;
  std::span<std::uint64_t> inputs_;
  std::span<std::uint64_t> outputs_;
  pid_t pid_ = -1;
  int socket_ = -1;
  std::optional<std::size_t> stopped_at_;
};

}  // namespace heddle::verify
