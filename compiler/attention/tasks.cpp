#include "compiler/attention/tasks.h"

#include <algorithm>
#include <array>
#include <map>

namespace heddle::attention {
namespace {

using Position = std::int64_t;
using Tokens = std::vector<Position>;

/// Cuts a list into pieces of at most `most`.
void cut(const Tokens& tokens, std::size_t most, std::vector<Tokens>& pieces) {
  for (std::size_t i = 0; i < tokens.size(); i += most)
    pieces.emplace_back(tokens.begin() + static_cast<std::ptrdiff_t>(i),
                        tokens.begin() + static_cast<std::ptrdiff_t>(std::min(i + most, tokens.size())));
}

/// Which tokens share tasks.
class Blocks {
 public:
  Blocks(const Mask& mask, std::size_t tokens) : mask_(mask), tokens_(tokens) {}

  std::vector<Tokens> run() {
    Tokens full;
    Tokens others;
    const Workload& workload = mask_.workload();
    for (Position row = workload.sequence - workload.rows; row < workload.sequence; ++row)
      (mask_.is_full(row) ? full : others).push_back(row);
    cut(full, tokens_, pieces_);
    std::visit([&](const auto& pattern) { pieces_of(pattern, others); }, workload.pattern);
    return std::move(pieces_);
  }

 private:
  void pieces_of(const WindowPattern& window, const Tokens& tokens) {
    by_class(tokens, [&](Position t) { return t % window.dilation; });
  }
  void pieces_of(const BlockPattern& blocks, const Tokens& tokens) {
    by_class(tokens, [&](Position t) { return t / blocks.size; });
  }
  void pieces_of(const TilePattern& tile, const Tokens& tokens) {
    const Position side = mask_.side();
    by_class(tokens, [&](Position t) {
      const Position place = t - mask_.workload().global_tokens;
      const auto tile_of = [&](Position p) { return (p - tile.shift + tile.side) / tile.side; };
      return tile_of(place / side) * side + tile_of(place % side);
    });
  }
  /// Blocks of an image: as many rows as keep the union of keys smallest.
  void pieces_of(const SquarePattern& square, const Tokens& tokens) {
    Position height = 1;
    Position best = 0;
    for (Position h = 1; h <= static_cast<Position>(tokens_); h *= 2) {
      const Position keys = (square.side + h - 1) * (square.side + static_cast<Position>(tokens_) / h - 1);
      if (best == 0 || keys < best) {
        best = keys;
        height = h;
      }
    }
    const Position width = static_cast<Position>(tokens_) / height;
    const Position side = mask_.side();
    by_class(tokens, [&](Position t) {
      const Position place = t - mask_.workload().global_tokens;
      return place / side / height * side + place % side / width;
    });
  }

  template <class Class>
  void by_class(const Tokens& tokens, Class class_of) {
    std::map<Position, Tokens> classes;
    for (const Position token : tokens) classes[class_of(token)].push_back(token);
    for (const auto& [number, members] : classes) cut(members, tokens_, pieces_);
  }

  const Mask& mask_;
  std::size_t tokens_;
  std::vector<Tokens> pieces_;
};

/// Keys of one stride and remainder: key = stride * i + remainder.
struct Class {
  Position stride = 1;
  Position remainder = 0;
  auto operator<=>(const Class&) const = default;
};

/// The i's of a class that each row sees, as events.
struct Event {
  Position at = 0;
  std::size_t row = 0;
  bool begins = false;
};

class Runs {
 public:
  Runs(std::size_t rows, std::int32_t longest) : rows_(rows), longest_(longest) {}

  void add(std::size_t row, const KeyRange& range) {
    if (range.count() == 0) return;
    auto& events = classes_[{range.stride, range.first % range.stride}];
    const Position first = range.first / range.stride;
    events.push_back({first, row, true});
    events.push_back({first + range.count(), row, false});
  }

  std::vector<Run> take() {
    for (auto& [key, events] : classes_) sweep(key, events);
    return std::move(runs_);
  }

 private:
  /// Between events the same rows see every key. Neighbouring pieces make one run as long as each row's keys are one
  /// interval of it.
  void sweep(const Class& keys, std::vector<Event>& events) {
    std::ranges::stable_sort(events, {}, &Event::at);
    std::vector<int> depth(rows_, 0);
    open_ = false;
    for (std::size_t i = 0; i < events.size();) {
      const Position at = events[i].at;
      for (; i < events.size() && events[i].at == at; ++i) depth[events[i].row] += events[i].begins ? 1 : -1;
      if (i == events.size()) break;
      const Position end = events[i].at;
      if (std::ranges::none_of(depth, [](int d) { return d > 0; }))
        open_ = false;
      else
        for (Position from = at; from < end;) from = extend(keys, from, end, depth);
    }
  }

  /// Appends keys from `from` up to at most `end`; where it stopped.
  Position extend(const Class& keys, Position from, Position end, const std::vector<int>& depth) {
    bool fits = open_ && runs_.back().count < longest_;
    for (std::size_t r = 0; fits && r < rows_; ++r) {
      const Interval& seen = runs_.back().rows[r];
      fits = depth[r] == 0 || seen.first == seen.last || seen.last == runs_.back().count;
    }
    if (!fits) {
      Run run;
      run.count = 0;
      run.index = static_cast<std::int32_t>(from * keys.stride + keys.remainder);
      run.stride = static_cast<std::int32_t>(keys.stride);
      run.rows.assign(rows_, {});
      runs_.push_back(std::move(run));
      open_ = true;
    }
    Run& run = runs_.back();
    const Position taken = std::min<Position>(end - from, longest_ - run.count);
    for (std::size_t r = 0; r < rows_; ++r) {
      Interval& seen = run.rows[r];
      if (depth[r] == 0) continue;
      if (seen.first == seen.last) seen.first = run.count;
      seen.last = run.count + static_cast<std::int32_t>(taken);
    }
    run.count += static_cast<std::int32_t>(taken);
    return from + taken;
  }

  std::size_t rows_;
  std::int32_t longest_;
  std::map<Class, std::vector<Event>> classes_;
  std::vector<Run> runs_;
  bool open_ = false;
};

}  // namespace

std::vector<Task> make_tasks(const Mask& mask, std::int32_t kv_head, std::int32_t rows, std::int32_t longest_run) {
  const Workload& workload = mask.workload();
  const auto shared = static_cast<std::int32_t>(workload.heads / workload.kv_heads);
  const std::int32_t tokens = std::max(1, rows / shared);
  std::vector<Task> tasks;
  for (const Tokens& piece : Blocks(mask, static_cast<std::size_t>(tokens)).run())
    for (std::int32_t first = 0; first < shared; first += rows) {
      Task task;
      task.kv_head = kv_head;
      Runs runs(static_cast<std::size_t>(rows), longest_run);
      for (const Position token : piece)
        for (std::int32_t h = first; h < std::min(shared, first + rows); ++h) {
          const std::int32_t head = kv_head * shared + h;
          for (const KeyRange& range : mask.ranges(head, token)) runs.add(task.rows.size(), range);
          task.rows.push_back({head, static_cast<std::int32_t>(token - (workload.sequence - workload.rows))});
        }
      task.rows.resize(static_cast<std::size_t>(rows));
      task.runs = runs.take();
      tasks.push_back(std::move(task));
    }
  return tasks;
}

}  // namespace heddle::attention
