// A program as the array's streams take it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/attention/program.h"

namespace heddle::attention {

/// A run, by its place in the program.
struct RunCommand {
  std::int32_t group = 0;
  std::int32_t task = 0;
  std::int32_t run = 0;
  bool operator==(const RunCommand&) const = default;
};

/// All runs, by the beat they begin at if nothing waits, of equals by group: the order of the stream of runs.
std::vector<RunCommand> run_commands(const Program& program);

/// Rows of codes, by head and row.
struct Operand {
  std::int32_t heads = 0;
  std::int32_t rows = 0;
  std::int32_t width = 0;
  std::vector<numerics::Code> codes;

  [[nodiscard]] std::size_t offset(std::int32_t head, std::int32_t row) const {
    return (static_cast<std::size_t>(head) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(row)) *
           static_cast<std::size_t>(width);
  }
  [[nodiscard]] std::span<const numerics::Code> row(std::int32_t head, std::int32_t row) const {
    return std::span(codes).subspan(offset(head, row), static_cast<std::size_t>(width));
  }
  [[nodiscard]] std::span<numerics::Code> row(std::int32_t head, std::int32_t row) {
    return std::span(codes).subspan(offset(head, row), static_cast<std::size_t>(width));
  }
  bool operator==(const Operand&) const = default;
};

Operand make_operand(std::int32_t heads, std::int32_t rows, std::int32_t width);

/// What a program reads.
struct Inputs {
  Operand queries;
  Operand keys;
  Operand values;
};

/// The vector that a load writes.
std::span<const numerics::Code> vector_of(const Inputs& inputs, const Load& load);

}  // namespace heddle::attention
