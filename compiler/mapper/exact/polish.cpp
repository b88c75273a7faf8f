#include "compiler/mapper/exact/polish.h"

#include <set>
#include <tuple>

namespace heddle::mapper::exact {
namespace {

/// Improving is not worth counters of links that are larger.
constexpr std::int64_t kMostCounters = 400'000;

/// True: no schedule of this II is shorter than the mapping's (any more).
bool shorten(Mapping& mapping, const Instance& instance, const Problem& problem, const search::Schedule& schedule,
             const Limits& limits) {
  for (;;) {
    const int length = mapping.schedule_length(problem);
    if (length <= schedule.length) return true;
    const Question question = instance.question(schedule, mapping.ii, length - 1);
    if (estimated_bytes(question) > limits.bytes) return false;
    Model model(question);
    Reply reply = ask(model, question, problem, mapping.banks, limits);
    if (reply.verdict != Verdict::kSatisfiable) return reply.verdict == Verdict::kUnsatisfiable;
    mapping = std::move(*reply.mapping);
  }
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
