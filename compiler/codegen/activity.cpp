#include "compiler/codegen/activity.h"

#include <fmt/format.h>

#include <string>

namespace heddle::codegen {
namespace {

struct Count {
  const char* key;
  std::uint64_t Activity::* member;
};
constexpr Count kCounts[] = {{"register_reads", &Activity::register_reads},
                             {"register_writes", &Activity::register_writes},
                             {"link_words", &Activity::link_words},
                             {"array_cycles", &Activity::array_cycles},
                             {"stall_cycles", &Activity::stall_cycles},
                             {"configuration_words", &Activity::configuration_words},
                             {"scratchpad_words_in", &Activity::scratchpad_words_in},
                             {"scratchpad_words_out", &Activity::scratchpad_words_out},
                             {"other_host_words", &Activity::other_host_words}};

template <class Change>
void combine(Activity& to, const Activity& from, const Change& change) {
  for (std::size_t i = 0; i < Activity::kOpcodes; ++i) {
    change(to.operations[i], from.operations[i]);
    change(to.idle_operations[i], from.idle_operations[i]);
  }
  for (std::size_t i = 0; i < Activity::kSizes; ++i) {
    change(to.loads[i], from.loads[i]);
    change(to.stores[i], from.stores[i]);
  }
  for (const Count& count : kCounts) change(to.*count.member, from.*count.member);
}

Json operations_json(const std::array<std::uint64_t, Activity::kOpcodes>& counts) {
  Json json = Json::object();
  for (const dfg::OpcodeInfo& info : dfg::opcodes()) {
    const std::uint64_t count = counts[static_cast<std::size_t>(info.op)];
    if (count > 0) json[std::string(info.name)] = count;
  }
  return json;
}

Json sizes_json(const std::array<std::uint64_t, Activity::kSizes>& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) json[std::to_string(std::size_t{1} << i)] = counts[i];
  return json;
}

Result<std::uint64_t> count_of(const Json& value, const std::string& key) {
  if (!value.is_number_unsigned() && !(value.is_number_integer() && value.get<std::int64_t>() >= 0))
    return fail(ErrorCode::kBadInput, fmt::format("activity: {}: expected a count, found {}", key, value.dump()));
  return value.get<std::uint64_t>();
}

Status read_operations(const Json& json, const char* key, std::array<std::uint64_t, Activity::kOpcodes>& counts) {
  const Json operations = json.value(key, Json::object());
  for (const auto& [name, value] : operations.items()) {
    const auto op = dfg::opcode_named(name);
    if (!op) return fail(ErrorCode::kBadInput, fmt::format("activity: unknown operation '{}'", name));
    HEDDLE_ASSIGN(counts[static_cast<std::size_t>(*op)], count_of(value, name));
  }
  return {};
}

Status read_sizes(const Json& json, const char* key, std::array<std::uint64_t, Activity::kSizes>& counts) {
  const Json sizes = json.value(key, Json::object());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string name = std::to_string(std::size_t{1} << i);
    if (sizes.contains(name)) {
      HEDDLE_ASSIGN(counts[i], count_of(sizes[name], name));
    }
  }
  return {};
}

}  // namespace

Activity& Activity::operator+=(const Activity& other) {
  combine(*this, other, [](std::uint64_t& to, std::uint64_t from) { to += from; });
  return *this;
}

Activity& Activity::operator-=(const Activity& other) {
  combine(*this, other, [](std::uint64_t& to, std::uint64_t from) { to -= from; });
  return *this;
}

Json to_json(const Activity& activity) {
  Json json{{"operations", operations_json(activity.operations)},
            {"idle_operations", operations_json(activity.idle_operations)},
            {"loads", sizes_json(activity.loads)},
            {"stores", sizes_json(activity.stores)}};
  for (const Count& count : kCounts) json[count.key] = activity.*count.member;
  return json;
}

Result<Activity> activity_from_json(const Json& json) {
  if (!json.is_object()) return fail(ErrorCode::kBadInput, "activity: expected an object");
  Activity activity;
  HEDDLE_TRY(read_operations(json, "operations", activity.operations));
  HEDDLE_TRY(read_operations(json, "idle_operations", activity.idle_operations));
  HEDDLE_TRY(read_sizes(json, "loads", activity.loads));
  HEDDLE_TRY(read_sizes(json, "stores", activity.stores));
  for (const Count& count : kCounts) {
    if (!json.contains(count.key)) continue;
    HEDDLE_ASSIGN(activity.*count.member, count_of(json[count.key], count.key));
  }
  return activity;
}

}  // namespace heddle::codegen
