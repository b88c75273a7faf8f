#include "compiler/attention/player.h"

#include <algorithm>

namespace heddle::attention {
namespace {

constexpr std::int64_t kPatience = 2'000'000;  // clocks without a word

}  // namespace

Player::Player(const Program& program, const arch::Swat& array, const Inputs& inputs, const Pace& pace)
    : program_(program),
      inputs_(inputs),
      pace_(pace),
      random_{pace.seed},
      commands_(run_commands(program)),
      rows_(array.rows),
      stream_(array.stream_elements),
      words_(program.head_dim / array.stream_elements),
      taken_(program.groups.size(), 0) {
  for (const auto& tasks : program.groups) left_ += static_cast<std::int64_t>(tasks.size()) * rows_ * words_;
  played_.outputs = make_operand(inputs.queries.heads, inputs.queries.rows, inputs.values.width);
  played_.finished = left_ == 0;
}

bool Player::step(ArrayPorts& array) {
  if (left_ == 0 || cycle_ - last_ > kPatience) return false;
  const auto offers = [&](unsigned pace) { return pace >= 16 || random_.below(16) < pace; };
  if (offer_.load == nullptr && load_ < program_.loads.size() && offers(pace_.loads)) {
    offer_.load = &program_.loads[load_];
    offer_.vector = vector_of(inputs_, *offer_.load);
  }
  if (offer_.run == nullptr && command_ < commands_.size() && offers(pace_.runs)) {
    const RunCommand& command = commands_[command_];
    offer_.run = &program_.groups[static_cast<std::size_t>(command.group)][static_cast<std::size_t>(command.task)]
                      .runs[static_cast<std::size_t>(command.run)];
    offer_.run_group = command.group;
  }
  offer_.out_ready = offers(pace_.outputs);
  const Answer answer = array.settle(offer_);
  ++cycle_;
  if (answer.out_valid && offer_.out_ready) {
    take(answer);
    last_ = cycle_;
    played_.cycles = cycle_;
    played_.finished = --left_ == 0;
  }
  if (offer_.load != nullptr && answer.load_ready) {
    ++played_.load_words;
    offer_.load = nullptr;
    offer_.word = (offer_.word + 1) % words_;
    load_ += offer_.word == 0 ? 1 : 0;
  }
  if (offer_.run != nullptr && answer.run_ready) {
    offer_.run = nullptr;
    ++command_;
  }
  array.clock();
  return left_ > 0;
}

/// Words of a group come task by task.
void Player::take(const Answer& answer) {
  const auto group = static_cast<std::size_t>(answer.out_group);
  const auto task = static_cast<std::size_t>(taken_[group]++ / (static_cast<std::int64_t>(rows_) * words_));
  const RowOf& row = program_.groups[group][task].rows[static_cast<std::size_t>(answer.out_row)];
  if (row.head < 0) return;
  ++played_.output_words;
  std::ranges::copy(answer.out_word, played_.outputs.row(row.head, row.row).begin() +
                                         static_cast<std::ptrdiff_t>(answer.out_line) * stream_);
}

}  // namespace heddle::attention
