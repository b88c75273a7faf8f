// Which PE is of which class: rules over rows and columns, a picture of the grid, or the spelt-out map.
#include <fmt/format.h>

#include <charconv>

#include "compiler/arch/source.h"

namespace heddle::arch {
namespace {

constexpr const char* kHere = "/placement";

class PlacementReader {
 public:
  PlacementReader(const Source& source, const Cgra& cgra) : source_(source), cgra_(cgra), classes_(cgra.pes.size(), 0) {
    for (const PeClass& pe_class : cgra.classes) names_.push_back(pe_class.name);
  }

  Result<std::vector<int>> read(const Json& placement) {
    if (placement.contains("map"))
      HEDDLE_TRY(read_map(placement["map"]));
    else if (placement.contains("picture"))
      HEDDLE_TRY(read_picture(placement));
    else
      HEDDLE_TRY(read_rules(placement));
    return classes_;
  }

 private:
  Result<int> class_named(const std::string& pointer, const std::string& name) const {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == name) return static_cast<int>(i);
    return source_.error(pointer, fmt::format("unknown PE class \"{}\"", name), hint_for(name, names_));
  }

  int& class_at(int row, int column) {
    return classes_[static_cast<std::size_t>(row) * static_cast<std::size_t>(cgra_.columns) +
                    static_cast<std::size_t>(column)];
  }

  Status check_count(const std::string& pointer, const std::string& what, std::size_t count, int expected) const {
    if (count == static_cast<std::size_t>(expected)) return {};
    return source_.error(pointer, fmt::format("expected {} {} as the grid has, found {}", expected, what, count));
  }

  Status read_map(const Json& map) {
    const std::string here = pointer_to(kHere, "map");
    HEDDLE_TRY(check_count(here, "rows", map.size(), cgra_.rows));
    for (int row = 0; row < cgra_.rows; ++row) {
      const Json& line = map[static_cast<std::size_t>(row)];
      const std::string at = pointer_to(here, static_cast<std::size_t>(row));
      HEDDLE_TRY(check_count(at, "columns", line.size(), cgra_.columns));
      for (int column = 0; column < cgra_.columns; ++column) {
        const auto index = static_cast<std::size_t>(column);
        HEDDLE_ASSIGN(class_at(row, column), class_named(pointer_to(at, index), line[index].get<std::string>()));
      }
    }
    return {};
  }

  Status read_picture(const Json& placement) {
    const std::string here = pointer_to(kHere, "picture");
    HEDDLE_ASSIGN(const auto legend, read_legend(placement["legend"]));
    const auto lines = picture_lines(placement["picture"].get<std::string>());
    HEDDLE_TRY(check_count(here, "lines", lines.size(), cgra_.rows));
    for (int row = 0; row < cgra_.rows; ++row) {
      const std::string& line = lines[static_cast<std::size_t>(row)];
      if (line.size() != static_cast<std::size_t>(cgra_.columns))
        return source_.error(here, fmt::format("line {}: expected {} characters as the grid has columns, found {}",
                                               row + 1, cgra_.columns, line.size()));
      for (int column = 0; column < cgra_.columns; ++column) {
        const auto found = legend.find(line[static_cast<std::size_t>(column)]);
        if (found == legend.end())
          return source_.error(here, fmt::format("line {}: character {} is not in the legend", row + 1,
                                                 shown(line[static_cast<std::size_t>(column)])));
        class_at(row, column) = found->second;
      }
    }
    return {};
  }

  static std::string shown(char c) {
    return Json(std::string(1, c)).dump(-1, ' ', true, Json::error_handler_t::replace);
  }

  Result<std::map<char, int>> read_legend(const Json& legend) const {
    std::map<char, int> result;
    for (const auto& [key, name] : legend.items()) {
      const std::string at = pointer_to(pointer_to(kHere, "legend"), key);
      if (key.size() != 1 || key == " ") return source_.key_error(at, "expected a single character that is not blank");
      HEDDLE_ASSIGN(result[key[0]], class_named(at, name.get<std::string>()));
    }
    return result;
  }

  /// Without blanks and without empty lines.
  static std::vector<std::string> picture_lines(const std::string& picture) {
    std::vector<std::string> lines(1);
    for (const char c : picture) {
      if (c == '\n')
        lines.emplace_back();
      else if (c != ' ' && c != '\t' && c != '\r')
        lines.back() += c;
    }
    std::erase_if(lines, [](const std::string& line) { return line.empty(); });
    return lines;
  }

  Status read_rules(const Json& placement) {
    HEDDLE_ASSIGN(const int fallback,
                  class_named(pointer_to(kHere, "default"), placement["default"].get<std::string>()));
    classes_.assign(classes_.size(), fallback);
    if (!placement.contains("rules")) return {};
    const std::string here = pointer_to(kHere, "rules");
    for (std::size_t i = 0; i < placement["rules"].size(); ++i)
      HEDDLE_TRY(read_rule(pointer_to(here, i), placement["rules"][i]));
    return {};
  }

  Status read_rule(const std::string& at, const Json& rule) {
    HEDDLE_ASSIGN(const int chosen, class_named(pointer_to(at, "class"), rule["class"].get<std::string>()));
    if (rule.contains("pes")) {
      if (rule.contains("rows") || rule.contains("columns"))
        return source_.error(at, "`pes` and `rows` or `columns` in one rule");
      return read_pes(pointer_to(at, "pes"), rule["pes"], chosen);
    }
    HEDDLE_ASSIGN(const auto rows, read_indices(at, rule, "rows", cgra_.rows));
    HEDDLE_ASSIGN(const auto columns, read_indices(at, rule, "columns", cgra_.columns));
    for (const int row : rows)
      for (const int column : columns) class_at(row, column) = chosen;
    return {};
  }

  Status read_pes(const std::string& at, const Json& pes, int chosen) {
    for (std::size_t i = 0; i < pes.size(); ++i) {
      const int row = pes[i][0].get<int>();
      const int column = pes[i][1].get<int>();
      if (row >= cgra_.rows || column >= cgra_.columns)
        return source_.error(pointer_to(at, i), fmt::format("PE ({}, {}) is outside the grid of {} rows and {} columns",
                                                            row, column, cgra_.rows, cgra_.columns));
      class_at(row, column) = chosen;
    }
    return {};
  }

  /// All indices below `limit` if the key is absent.
  Result<std::vector<int>> read_indices(const std::string& at, const Json& rule, const char* key, int limit) const {
    std::vector<int> result;
    if (!rule.contains(key)) {
      for (int i = 0; i < limit; ++i) result.push_back(i);
      return result;
    }
    const std::string here = pointer_to(at, key);
    if (!rule[key].is_array()) {
      HEDDLE_TRY(add_range(here, rule[key], limit, result));
      return result;
    }
    for (std::size_t i = 0; i < rule[key].size(); ++i)
      HEDDLE_TRY(add_range(pointer_to(here, i), rule[key][i], limit, result));
    return result;
  }

  /// 3 or "1..4".
  Status add_range(const std::string& at, const Json& value, int limit, std::vector<int>& result) const {
    int first = 0;
    int last = 0;
    if (value.is_string()) {
      if (!parse_range(value.get_ref<const std::string&>(), first, last))
        return source_.error(at, fmt::format("expected an index or a range such as \"1..3\", found {}",
                                             value.dump(-1, ' ', true, Json::error_handler_t::replace)));
    } else {
      first = last = value.get<int>();
    }
    if (first > last) return source_.error(at, fmt::format("empty range {}..{}", first, last));
    if (last >= limit)
      return source_.error(at, fmt::format("index {} is outside the grid, the last one is {}", last, limit - 1));
    for (int i = first; i <= last; ++i) result.push_back(i);
    return {};
  }

  static bool parse_range(const std::string& text, int& first, int& last) {
    const char* end = text.data() + text.size();
    const auto low = std::from_chars(text.data(), end, first);
    if (low.ec != std::errc{} || first < 0 || end - low.ptr < 3 || low.ptr[0] != '.' || low.ptr[1] != '.') return false;
    const auto high = std::from_chars(low.ptr + 2, end, last);
    return high.ec == std::errc{} && high.ptr == end && last >= 0;
  }

  const Source& source_;
  const Cgra& cgra_;
  std::vector<int> classes_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::vector<int>> read_placement(const Source& source, const Cgra& cgra) {
  if (source.root().contains("placement")) return PlacementReader(source, cgra).read(source.root()["placement"]);
  if (cgra.classes.size() > 1)
    return source.key_error(
        "/pe_classes", fmt::format("{} classes, but no `placement` says which PE is of which", cgra.classes.size()));
  return std::vector<int>(cgra.pes.size(), 0);
}

}  // namespace heddle::arch
