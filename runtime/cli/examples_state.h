// What is done of a run over many examples, and its file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "compiler/network/evaluate.h"
#include "runtime/session/network_run.h"
#include "runtime/session/program.h"

namespace heddle::cli {

/// Of the examples done so far, in order.
struct ExamplesState {
  std::uint64_t identity = 0;                 ///< of program and backend
  std::vector<std::uint64_t> inputs;          ///< by example: a hash of its inputs
  network::Tensors outputs;                   ///< joined along the first axis
  std::vector<session::LaunchCycles> cycles;  ///< by example
  std::vector<std::uint8_t> equal;            ///< by example: 1 if every byte is the golden model's
  std::uint64_t host_launches = 0;            ///< of the last example

  [[nodiscard]] std::size_t done() const { return cycles.size(); }
  Status add(std::uint64_t input, const session::ExampleRun& run, bool is_equal);
  [[nodiscard]] Result<network::Tensors> outputs_of(std::size_t example) const;
};

/// Hashes of everything that decides the results.
std::uint64_t identity_of(const session::CompiledProgram& program, const std::string& backend);
std::uint64_t identity_of(const network::Tensors& inputs);

Status save(const ExamplesState& state, const std::filesystem::path& file);

/// What `file` holds of a run over `examples`: the first of them, or all. Without a file that is nothing. Fails with
/// kBadInput if it is of another program, backend or inputs, or damaged.
Result<ExamplesState> load_state(const std::filesystem::path& file, std::uint64_t identity,
                                 const std::vector<network::Tensors>& examples);

}  // namespace heddle::cli
