// Link patterns. Links are numbered pattern by pattern as given, within a pattern PE by PE, clockwise from north.
#include <fmt/format.h>

#include <array>
#include <set>

#include "compiler/arch/source.h"

namespace heddle::arch {
namespace {

struct Step {
  const char* name;
  int rows;
  int columns;
};

constexpr std::array<Step, 4> kMesh = {{{"N", -1, 0}, {"E", 0, 1}, {"S", 1, 0}, {"W", 0, -1}}};
constexpr std::array<Step, 4> kDiagonal = {{{"NE", -1, 1}, {"SE", 1, 1}, {"SW", 1, -1}, {"NW", -1, -1}}};
constexpr std::array<Step, 4> kOneHop = {{{"N2", -2, 0}, {"E2", 0, 2}, {"S2", 2, 0}, {"W2", 0, -2}}};

class LinkBuilder {
 public:
  explicit LinkBuilder(Cgra& cgra) : cgra_(cgra) {}

  void pattern(const std::string& name) {
    if (name == "mesh") steps(kMesh);
    if (name == "torus") {
      steps(kMesh);
      wraps();
    }
    if (name == "diagonal") steps(kDiagonal);
    if (name == "one_hop") steps(kOneHop);
  }

  /// False if the PE has an outgoing link of that name already.
  bool add(PeId from, PeId to, const std::string& name, bool wrap) {
    if (!names_.emplace(from, name).second) return false;
    cgra_.links.push_back({from, to, name, wrap});
    return true;
  }

  [[nodiscard]] PeId at(int row, int column) const { return PeId(row * cgra_.columns + column); }
  [[nodiscard]] bool inside(int row, int column) const {
    return row >= 0 && row < cgra_.rows && column >= 0 && column < cgra_.columns;
  }

 private:
  /// A pattern given twice (mesh and torus) adds nothing the second time.
  void steps(const std::array<Step, 4>& pattern) {
    for (int row = 0; row < cgra_.rows; ++row)
      for (int column = 0; column < cgra_.columns; ++column)
        for (const Step& step : pattern)
          if (inside(row + step.rows, column + step.columns))
            add(at(row, column), at(row + step.rows, column + step.columns), step.name, false);
  }

  /// Where a dimension has fewer than three PEs, the neighbour on the other side is already linked.
  void wraps() {
    for (int row = 0; row < cgra_.rows; ++row)
      for (int column = 0; column < cgra_.columns; ++column) {
        const PeId from = at(row, column);
        if (row == 0 && cgra_.rows > 2) add(from, at(cgra_.rows - 1, column), "wrapN", true);
        if (column == cgra_.columns - 1 && cgra_.columns > 2) add(from, at(row, 0), "wrapE", true);
        if (row == cgra_.rows - 1 && cgra_.rows > 2) add(from, at(0, column), "wrapS", true);
        if (column == 0 && cgra_.columns > 2) add(from, at(row, cgra_.columns - 1), "wrapW", true);
      }
  }

  Cgra& cgra_;
  std::set<std::pair<PeId, std::string>> names_;
};

Result<PeId> read_end(const Source& source, const std::string& pointer, const Json& value, const Cgra& cgra) {
  const int row = value[0].get<int>();
  const int column = value[1].get<int>();
  if (row >= cgra.rows || column >= cgra.columns)
    return source.error(pointer, fmt::format("PE ({}, {}) is outside the grid of {} rows and {} columns", row, column,
                                             cgra.rows, cgra.columns));
  return PeId(row * cgra.columns + column);
}

std::string default_name(const Cgra& cgra, PeId to) {
  return fmt::format("to_{}_{}", cgra.pe(to).row, cgra.pe(to).column);
}

Status read_link(const Source& source, const std::string& pointer, const Json& value, const Cgra& cgra,
                 LinkBuilder& builder) {
  HEDDLE_ASSIGN(const PeId from, read_end(source, pointer_to(pointer, "from"), value["from"], cgra));
  HEDDLE_ASSIGN(const PeId to, read_end(source, pointer_to(pointer, "to"), value["to"], cgra));
  if (from == to) return source.error(pointer, "the link ends where it starts");
  const bool wrap = value.value("wrap", false);
  const auto add = [&](PeId start, PeId end, const std::string& name) -> Status {
    if (builder.add(start, end, name, wrap)) return {};
    return source.error(pointer,
                        fmt::format("PE ({}, {}) has another outgoing link named \"{}\"", cgra.pe(start).row,
                                    cgra.pe(start).column, name),
                        "give each link a `name` of its own");
  };
  HEDDLE_TRY(add(from, to, value.value("name", default_name(cgra, to))));
  if (!value.value("both_ways", false)) return {};
  return add(to, from, value.contains("name") ? value["name"].get<std::string>() + "_back" : default_name(cgra, from));
}

}  // namespace

Status read_links(const Source& source, Cgra& cgra) {
  LinkBuilder builder(cgra);
  if (!source.root().contains("links")) {
    builder.pattern("mesh");
    return {};
  }
  const Json& links = source.root()["links"];
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (links[i].is_string())
      builder.pattern(links[i].get<std::string>());
    else
      HEDDLE_TRY(read_link(source, pointer_to("/links", i), links[i], cgra, builder));
  }
  return {};
}

}  // namespace heddle::arch
