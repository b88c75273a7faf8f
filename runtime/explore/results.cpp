// Result files: everything that is stored, in the order of the sampler, and the front.
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>

#include "compiler/base/files.h"
#include "runtime/explore/explore.h"
#include "runtime/explore/record.h"
#include "runtime/explore/search.h"

namespace heddle::explore {
namespace {

/// A file that appears whole or not at all, written piece by piece.
class PartFile {
 public:
  explicit PartFile(std::filesystem::path path) : path_(std::move(path)), stream_(part()) {}
  std::ofstream& stream() { return stream_; }

  Status commit() {
    stream_.close();
    std::error_code error;
    if (stream_) std::filesystem::rename(part(), path_, error);
    if (!stream_ || error) return fail(ErrorCode::kIo, fmt::format("cannot write '{}'", path_.string()));
    return {};
  }

 private:
  [[nodiscard]] std::filesystem::path part() const { return path_.string() + ".part"; }

  std::filesystem::path path_;
  std::ofstream stream_;
};

std::string cell(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string csv_head(const Sweep& sweep) {
  std::string line = "sequence,point,status,front";
  for (const Axis& axis : sweep.axes) line += "," + axis.kind.name;
  for (const Measured& metric : sweep.metrics) line += "," + metric.kind.name;
  for (const Objective& objective : sweep.objectives) line += "," + cell("objective " + objective.name);
  return line + ",reason\n";
}

std::string csv_line(const Sweep& sweep, const Record& record, bool on_front) {
  const auto value = [&](const char* group, const std::string& name) {
    return record.content.contains(group) ? cell(record.content[group].value(name, Json())) : std::string();
  };
  std::string line = fmt::format("{},{},{},{}", record.sequence, record.id, record.content["status"].get<std::string>(),
                                 on_front ? 1 : 0);
  for (const Axis& axis : sweep.axes) line += "," + value("axes", axis.kind.name);
  for (const Measured& metric : sweep.metrics) line += "," + value("metrics", metric.kind.name);
  for (const Objective& objective : sweep.objectives) line += "," + value("objectives", objective.name);
  return line + "," + cell(record.content.value("reason", Json())) + "\n";
}

/// Hypervolume, below the final reference, after each evaluation at the dearest fidelity that moved the front.
class History {
 public:
  explicit History(std::vector<double> reference) : reference_(std::move(reference)) {}

  void add(Member member) {
    ++evaluations_;
    if (!front_.add(std::move(member))) return;
    const double volume = hypervolume(front_.members(), reference_);
    if (volume > volume_) steps_.push_back({evaluations_, volume});
    volume_ = volume;
  }
  void skip() { ++evaluations_; }
  [[nodiscard]] const Json& steps() const { return steps_; }

 private:
  std::vector<double> reference_;
  Front front_;
  std::uint64_t evaluations_ = 0;
  double volume_ = 0;
  Json steps_ = Json::array();
};

/// In the order in which points were chosen.
Result<Json> history_of(const Sweep& sweep, const Store& store, const StoredFront& front) {
  History history(front.reference);
  std::map<std::uint64_t, std::optional<Member>> climbed;  // few
  const bool climbs = rungs_of(sweep).size() > 1;
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    const bool ok = record.content["status"] == "ok";
    if (climbs) {
      if (!record.content.contains("evaluation")) return {};
      auto& place = climbed[record.content["evaluation"].get<std::uint64_t>()];
      if (ok) place = member_of(sweep, record);
    } else if (ok) {
      history.add(member_of(sweep, record));
    } else {
      history.skip();
    }
    return {};
  }));
  for (auto& [number, member] : climbed) {
    if (member)
      history.add(std::move(*member));
    else
      history.skip();
  }
  return history.steps();
}

/// Points by the dearest fidelity that they were evaluated at.
Result<Json> evaluations_of(const Sweep& sweep, const Store& store) {
  Json counts = Json::object();
  const std::vector<Fidelity> rungs = rungs_of(sweep);
  if (rungs.size() == 1) return counts;
  for (const Fidelity rung : rungs) counts[to_string(rung)] = 0;
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    const std::size_t lower = record.content.value("lower", Json::array()).size();
    for (std::size_t k = 0; k <= lower; ++k)
      counts[to_string(rungs[k])] = counts[to_string(rungs[k])].get<std::uint64_t>() + 1;
    return {};
  }));
  return counts;
}

Json front_json(const Sweep& sweep, const StoredFront& front) {
  Json objectives = Json::array();
  for (std::size_t k = 0; k < sweep.objectives.size(); ++k) {
    const Objective& objective = sweep.objectives[k];
    const double sign = objective.maximize ? -1 : 1;
    objectives.push_back({{"name", objective.name},
                          {"formula", objective.formula.text()},
                          {"direction", objective.maximize ? "maximize" : "minimize"},
                          {"reference", front.members.empty() ? Json() : Json(sign * front.reference[k])}});
  }
  Json fidelity = Json::object();
  for (const Measured& metric : sweep.metrics) fidelity[metric.kind.name] = to_string(metric.fidelity);
  Json points = Json::array();
  for (const Member& member : front.members) points.push_back(member.id);
  return {{"schema", "heddle.front/1"},
          {"sweep", sweep.name},
          {"points", front.progress.stored},
          {"ok", front.progress.ok},
          {"fidelity", fidelity},
          {"objectives", objectives},
          {"hypervolume", front.progress.hypervolume},
          {"front", points}};
}

}  // namespace

Result<StoredFront> front_of(const Sweep& sweep, const Store& store) {
  StoredFront result;
  Front front;
  Reference reference(sweep);
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    ++result.progress.stored;
    if (record.content["status"] != "ok") return {};
    ++result.progress.ok;
    Member member = member_of(sweep, record);
    reference.add(member);
    front.add(std::move(member));
    return {};
  }));
  result.members = front.members();
  result.reference = reference.values();
  result.progress.front = result.members.size();
  result.progress.hypervolume = hypervolume(result.members, result.reference);
  HEDDLE_ASSIGN(const auto points, store.text("points"));
  result.progress.points = points ? std::stoull(*points) : 0;
  return result;
}

Status write_results(const Sweep& sweep, const Store& store, const std::filesystem::path& directory) {
  HEDDLE_ASSIGN(const StoredFront front, front_of(sweep, store));
  std::set<std::uint64_t> on_front;
  for (const Member& member : front.members) on_front.insert(member.sequence);
  PartFile lines(directory / "results.jsonl");
  PartFile table(directory / "results.csv");
  table.stream() << csv_head(sweep);
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    const bool is_on_front = on_front.contains(record.sequence);
    Json line{{"sequence", record.sequence}, {"point", record.id}};
    line.update(record.content);
    line["front"] = is_on_front;
    lines.stream() << line.dump() << '\n';
    table.stream() << csv_line(sweep, record, is_on_front);
    return {};
  }));
  HEDDLE_TRY(lines.commit());
  HEDDLE_TRY(table.commit());
  Json summary = front_json(sweep, front);
  HEDDLE_ASSIGN(summary["history"], history_of(sweep, store, front));
  HEDDLE_ASSIGN(const Json evaluations, evaluations_of(sweep, store));
  if (!evaluations.empty()) summary["evaluations"] = evaluations;
  return write_file(directory / "front.json", dump_json(summary));
}

}  // namespace heddle::explore
