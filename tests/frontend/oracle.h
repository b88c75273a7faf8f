// Runs a compiled program twice: natively, and with every launch interpreted on the dataflow graph. Both must agree.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/frontend/frontend.h"

namespace heddle::frontend {

/// Compiles C text for a 32-bit array that has all operations.
Result<Program> compile_text(const std::string& text, CompileOptions options = {});

/// Compiles a file of the source tree.
Result<Program> compile_file(const std::string& path, CompileOptions options = {});

/// A value to call a kernel with: an integer, or a buffer.
struct Input {
  std::int64_t integer = 0;
  std::vector<std::uint8_t> bytes;
  bool is_buffer = false;

  static Input number(std::int64_t value) { return {value, {}, false}; }
  template <class T>
  static Input buffer(const std::vector<T>& values) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
    return {0, std::vector<std::uint8_t>(first, first + values.size() * sizeof(T)), true};
  }
};

/// What a call left behind.
struct Outcome {
  std::int64_t result = 0;
  std::vector<std::vector<std::uint8_t>> buffers;
  std::vector<std::vector<std::uint8_t>> globals;
  int launches = 0;
  std::vector<std::string> complaints;  ///< accesses outside the ranges that were announced
  bool operator==(const Outcome& other) const {
    return result == other.result && buffers == other.buffers && globals == other.globals;
  }
};

/// A module in memory, ready to be called.
class Executable {
 public:
  /// `interpreted`: launches are interpreted; otherwise the golden program.
  Executable(const Program& program, bool interpreted);
  ~Executable();
  Executable(const Executable&) = delete;
  Executable& operator=(const Executable&) = delete;
  Outcome call(const std::string& kernel, const std::vector<Input>& inputs);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls both programs with the inputs; the first difference as text, empty if there is none. `launches`, if given,
/// gets the number of launches.
std::string difference(const Program& program, const std::string& kernel, const std::vector<Input>& inputs,
                       int* launches = nullptr);

/// Inputs for a kernel by its parameters: integers get `size`, within their range (a random value if `size` is
/// negative), pointers buffers of their extent or `buffer_bytes`.
std::vector<Input> random_inputs(const Kernel& kernel, std::uint64_t seed, std::int64_t size,
                                 std::int64_t buffer_bytes);

}  // namespace heddle::frontend
