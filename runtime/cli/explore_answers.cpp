#include "runtime/cli/explore_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "compiler/base/files.h"
#include "runtime/explore/explore.h"
#include "runtime/explore/page.h"
#include "runtime/explore/record.h"
#include "runtime/explore/report_data.h"
#include "runtime/report/sweep_page.h"
#include "runtime/report/text_table.h"

namespace heddle::cli {
namespace {

/// The folder of a sweep, opened for reading.
struct Opened {
  explore::Sweep sweep;
  explore::Store store;
};

Result<Opened> open(const std::string& directory, const Environment& environment) {
  HEDDLE_ASSIGN(explore::Store store, explore::Store::open(directory, explore::Store::Access::kRead));
  HEDDLE_ASSIGN(const auto text, store.text("sweep"));
  if (!text) return fail(ErrorCode::kNotFound, fmt::format("'{}' holds no sweep", directory));
  HEDDLE_ASSIGN(const auto path, store.text("path"));
  HEDDLE_ASSIGN(explore::Sweep sweep, parse_sweep(*text, path.value_or("sweep.yaml"), environment));
  return Opened{std::move(sweep), std::move(store)};
}

report::TextTable table_of(const explore::Sweep& sweep) {
  std::vector<std::string> titles{"point"};
  for (const explore::Axis& axis : sweep.axes) titles.push_back(axis.kind.name);
  for (const explore::Objective& objective : sweep.objectives) titles.push_back(objective.name);
  return report::TextTable(titles);
}

void add_row(report::TextTable& table, const explore::Sweep& sweep, const explore::Record& record) {
  std::vector<std::string> cells{record.id.substr(0, 8)};
  for (const explore::Axis& axis : sweep.axes) cells.push_back(explore::shown(record.content["axes"][axis.kind.name]));
  for (const explore::Objective& objective : sweep.objectives)
    cells.push_back(explore::shown(record.content["objectives"][objective.name]));
  table.add(cells);
}

Json record_json(const explore::Record& record) {
  Json json{{"sequence", record.sequence}, {"point", record.id}};
  json.update(record.content);
  return json;
}

/// A member of the front that beats the record, or nothing.
const explore::Member* beaten_by(const std::vector<explore::Member>& front, const explore::Member& member) {
  const auto found = std::ranges::find_if(
      front, [&](const explore::Member& other) { return explore::dominates(other.coordinates, member.coordinates); });
  return found == front.end() ? nullptr : &*found;
}

void print_why(const explore::Record& record, const Json& answer, Environment& environment) {
  std::ostream& out = environment.out;
  const Json& content = record.content;
  out << fmt::format("point {} (#{}): {}\n", record.id, record.sequence, content["status"].get<std::string>());
  if (content.contains("reason")) out << "  " << content["reason"].get<std::string>() << '\n';
  for (const char* group : {"axes", "metrics", "objectives"}) {
    if (!content.contains(group)) continue;
    out << group << ":\n";
    for (const auto& [name, value] : content[group].items())
      out << fmt::format("  {} = {}\n", name, explore::shown(value));
  }
  const Json kernels = content.value("kernels", Json::object());
  for (const auto& [name, result] : kernels.items()) {
    out << fmt::format("kernel {}:", name);
    for (const auto& [metric, value] : result.items()) out << fmt::format(" {} {}", metric, explore::shown(value));
    out << '\n';
  }
  if (!answer["beaten_by"].is_null())
    out << fmt::format("beaten by {} of the front\n", answer["beaten_by"].get<std::string>());
  else if (content["status"] == "ok")
    out << "on the front\n";
  if (!record.log.empty()) out << "log:\n" << record.log << '\n';
}

}  // namespace

Result<explore::Sweep> parse_sweep(const std::string& text, const std::filesystem::path& path,
                                   const Environment& environment) {
  HEDDLE_ASSIGN(const Document document, parse_yaml(text, path.string()));
  return explore::read_sweep(document, explore::axis_kinds(),
                             {environment.data.architectures(), environment.data.kernels()});
}

Result<int> show_status(const std::string& directory, Environment& environment) {
  HEDDLE_ASSIGN(const Opened opened, open(directory, environment));
  HEDDLE_ASSIGN(const explore::StoredFront front, explore::front_of(opened.sweep, opened.store));
  std::map<std::string, std::uint64_t> counts{{"ok", 0}, {"infeasible", 0}, {"excluded", 0}, {"failed", 0}};
  HEDDLE_TRY(opened.store.each([&](const explore::Record& record) -> Status {
    ++counts[record.content["status"].get<std::string>()];
    return {};
  }));
  const explore::Progress& progress = front.progress;
  if (environment.json) {
    environment.print({{"schema", "heddle.explore_status/1"},
                       {"sweep", opened.sweep.name},
                       {"points", progress.points},
                       {"stored", progress.stored},
                       {"by_status", counts},
                       {"front", progress.front},
                       {"hypervolume", progress.hypervolume}});
    return 0;
  }
  environment.out << fmt::format("{}: {} of {} points\n", opened.sweep.name, progress.stored, progress.points);
  for (const auto& [status, count] : counts) environment.out << fmt::format("  {:<10} {}\n", status, count);
  environment.out << fmt::format("front of {}, hypervolume {:.6g}\n", progress.front, progress.hypervolume);
  return 0;
}

Result<int> show_best(const std::string& directory, std::uint64_t points, Environment& environment) {
  HEDDLE_ASSIGN(const Opened opened, open(directory, environment));
  HEDDLE_ASSIGN(const explore::StoredFront front, explore::front_of(opened.sweep, opened.store));
  Json list = Json::array();
  report::TextTable table = table_of(opened.sweep);
  for (const explore::Member& member : front.members) {
    HEDDLE_ASSIGN(const explore::Record record, opened.store.find(member.id));
    list.push_back(record_json(record));
    add_row(table, opened.sweep, record);
  }
  const explore::Progress& progress = front.progress;
  if (environment.json) {
    environment.print({{"schema", "heddle.explore_best/1"},
                       {"sweep", opened.sweep.name},
                       {"points", progress.points},
                       {"stored", progress.stored},
                       {"ok", progress.ok},
                       {"hypervolume", progress.hypervolume},
                       {"front", list}});
  } else {
    environment.out << table.text()
                    << fmt::format("\n{} of {} ok points are on the front; hypervolume {:.6g}\n", progress.front,
                                   progress.ok, progress.hypervolume);
    if (progress.stored < std::max(points, progress.points))
      environment.out << fmt::format("{} of {} points are done; --resume goes on\n", progress.stored, progress.points);
  }
  return list.empty() ? 1 : 0;
}

Result<int> show_page(const std::string& directory, Environment& environment) {
  HEDDLE_ASSIGN(const Opened opened, open(directory, environment));
  HEDDLE_ASSIGN(const std::string page, explore::page_of(opened.sweep, opened.store));
  if (environment.json)
    environment.print({{"schema", "heddle.explore_page/1"}, {"markdown", page}});
  else
    environment.out << page;
  return 0;
}

Status write_report(const std::string& directory, const Environment& environment) {
  HEDDLE_ASSIGN(const Opened opened, open(directory, environment));
  HEDDLE_ASSIGN(const Json data, explore::report_data(opened.sweep, opened.store));
  return write_file(std::filesystem::path(directory) / "report.html", report::render_sweep_page(data));
}

Result<int> show_why(const std::string& directory, const std::string& point, Environment& environment) {
  HEDDLE_ASSIGN(const Opened opened, open(directory, environment));
  HEDDLE_ASSIGN(const explore::Record record, opened.store.find(point));
  HEDDLE_ASSIGN(const explore::StoredFront front, explore::front_of(opened.sweep, opened.store));
  Json answer{{"schema", "heddle.explore_why/1"}, {"record", record_json(record)}, {"beaten_by", nullptr}};
  if (record.content["status"] == "ok") {
    const explore::Member member = explore::member_of(opened.sweep, record);
    if (const explore::Member* better = beaten_by(front.members, member)) answer["beaten_by"] = better->id;
  }
  if (environment.json)
    environment.print(answer);
  else
    print_why(record, answer, environment);
  return 0;
}

Result<int> show_comparison(const std::string& first, const std::string& second, Environment& environment) {
  HEDDLE_ASSIGN(const Opened a, open(first, environment));
  HEDDLE_ASSIGN(const Opened b, open(second, environment));
  const auto same = [](const explore::Objective& x, const explore::Objective& y) {
    return x.formula.text() == y.formula.text() && x.maximize == y.maximize;
  };
  if (!std::ranges::equal(a.sweep.objectives, b.sweep.objectives, same))
    return fail(ErrorCode::kBadInput, fmt::format("'{}' and '{}' have different objectives", first, second));
  HEDDLE_ASSIGN(const explore::StoredFront front_a, explore::front_of(a.sweep, a.store));
  HEDDLE_ASSIGN(const explore::StoredFront front_b, explore::front_of(b.sweep, b.store));
  std::vector<double> reference = front_a.reference;
  for (std::size_t k = 0; k < reference.size(); ++k) reference[k] = std::max(reference[k], front_b.reference[k]);
  Json sides = Json::array();
  for (const auto* side : {&front_a, &front_b}) {
    const explore::StoredFront& other = side == &front_a ? front_b : front_a;
    const auto beaten = std::ranges::count_if(
        side->members, [&](const explore::Member& each) { return beaten_by(other.members, each) != nullptr; });
    sides.push_back({{"folder", side == &front_a ? first : second},
                     {"points", side->progress.stored},
                     {"front", side->progress.front},
                     {"beaten", beaten},
                     {"hypervolume", explore::hypervolume(side->members, reference)}});
  }
  if (environment.json) {
    environment.print({{"schema", "heddle.explore_compare/1"}, {"sides", sides}});
    return 0;
  }
  report::TextTable table({"folder", "points", "front", "beaten by the other", "hypervolume"});
  for (const Json& side : sides)
    table.add({side["folder"], side["points"].dump(), side["front"].dump(), side["beaten"].dump(),
               explore::shown(side["hypervolume"])});
  environment.out << table.text();
  return 0;
}

}  // namespace heddle::cli
