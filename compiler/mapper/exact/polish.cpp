#include "compiler/mapper/exact/polish.h"

#include <set>
#include <tuple>

namespace heddle::mapper::exact {
namespace {

/// Improving is not worth counters of links that are larger.
constexpr std::int64_t kMostCounters = 400'000;

/// By bisection between the longest path and the mapping's length. True: no schedule of this II is shorter (any more).
bool shorten(Mapping& mapping, const Instance& instance, const Problem& problem, const search::Schedule& schedule,
             const Limits& limits) {
  int refuted = schedule.length - 1;  // no schedule of at most so many cycles exists
  int low = schedule.length;
  for (int high = mapping.schedule_length(problem) - 1; low <= high;) {
    const int middle = low + (high - low) / 2;
    const Question question = instance.question(schedule, mapping.ii, middle);
    if (estimated_bytes(question) > limits.bytes) {
      high = middle - 1;
      continue;
    }
    Model model(question);
    Reply reply = ask(model, question, problem, mapping.banks, limits);
    if (reply.verdict == Verdict::kSatisfiable) {
      mapping = std::move(*reply.mapping);
      high = mapping.schedule_length(problem) - 1;
      continue;
    }
    if (reply.verdict == Verdict::kUnsatisfiable) refuted = middle;
    low = middle + 1;
  }
  return refuted >= mapping.schedule_length(problem) - 1;
}

bool straighten(Mapping& mapping, const Instance& instance, const Problem& problem, const search::Schedule& schedule,
                const Limits& limits) {
  const Question question = instance.question(schedule, mapping.ii, mapping.schedule_length(problem));
  if (estimated_bytes(question) > limits.bytes) return false;
  Model model(question);
  for (int used = hops(mapping); used > 0; used = hops(mapping)) {
    if (model.link_variables() * used > kMostCounters) return false;
    model.use_links_at_most(used - 1);
    Reply reply = ask(model, question, problem, mapping.banks, limits);
    if (reply.verdict != Verdict::kSatisfiable) return reply.verdict == Verdict::kUnsatisfiable;
    mapping = std::move(*reply.mapping);
  }
  return true;
}

}  // namespace

int hops(const Mapping& mapping) {
  std::set<std::tuple<int, int, int>> crossed;
  for (const Route& route : mapping.routes)
    for (const Hop& hop : route.hops)
      if (hop.place.kind == Place::Kind::kLink)
        crossed.insert({route.edge.from.value, hop.place.link.value, hop.cycle});
  return static_cast<int>(crossed.size());
}

Polished polish(Mapping& mapping, const Instance& instance, const Problem& problem, const Limits& limits) {
  const search::Schedule schedule(instance.task(), mapping.ii);
  Polished done;
  done.shortest = shorten(mapping, instance, problem, schedule, limits);
  // Hops take seconds where a schedule takes tenths: only without a limit, which is to say when asked for.
  done.fewest_hops = done.shortest && limits.conflicts < 0 && straighten(mapping, instance, problem, schedule, limits);
  return done;
}

}  // namespace heddle::mapper::exact
