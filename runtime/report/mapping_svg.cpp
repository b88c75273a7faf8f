// A mapped region as a still picture: the array once per slot, with what each PE does and which links carry values.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "runtime/report/page.h"

namespace heddle::report {
namespace {

constexpr double kPitch = 96;
constexpr double kSize = 58;
constexpr double kMargin = 20;
constexpr double kTitle = 34;
constexpr double kLegend = 26;

const std::map<std::string, std::string>& colours() {
  static const std::map<std::string, std::string> table{
      {"arithmetic", "#56b4e9"}, {"multiply", "#d55e00"}, {"logic", "#e0cf2e"}, {"compare", "#cc79a7"},
      {"load", "#009e73"},       {"store", "#e69f00"},    {"move", "#9aa0a6"}};
  return table;
}

const std::string& colour(const dfg::Node& node) {
  const std::string kind = operation_class(node.op);
  return colours().at(kind);
}

class Picture {
 public:
  Picture(const arch::Cgra& cgra, const PageRegion& region) : cgra_(cgra), region_(region) {}

  std::string draw() {
    const int ii = region_.mapping.ii;
    const double slot_width = cgra_.columns * kPitch + kMargin;
    // Slots side by side, but no wider than about four arrays.
    const int across = std::min(ii, std::max(1, static_cast<int>(4 * 4 * kPitch / slot_width)));
    const int down = (ii + across - 1) / across;
    const double slot_height = cgra_.rows * kPitch + kTitle;
    text_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
        "height=\"{1:.0f}\" "
        "font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        across * slot_width + kMargin, down * slot_height + kMargin + kLegend);
    for (int slot = 0; slot < ii; ++slot) {
      const int column = slot % across;
      const int row = slot / across;
      text_ += fmt::format("<g transform=\"translate({:.0f},{:.0f})\">\n", kMargin + column * slot_width,
                           kTitle + row * slot_height);
      text_ += fmt::format("<text x=\"6\" y=\"-10\" font-size=\"14\" fill=\"#444\">slot {} of {}</text>\n", slot, ii);
      draw_slot(slot);
      text_ += "</g>\n";
    }
    draw_legend(down * slot_height + kMargin + kLegend - 14);
    return text_ + "</svg>\n";
  }

 private:
  /// Only the classes that occur.
  void draw_legend(double y) {
    double x = kMargin + 6;
    for (const auto& [name, hue] : colours()) {
      const bool used = std::ranges::any_of(region_.graph.nodes,
                                            [&](const dfg::Node& node) { return operation_class(node.op) == name; });
      if (!used) continue;
      text_ += fmt::format(
          "<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"11\" height=\"11\" rx=\"2\" fill=\"{}\"/>"
          "<text x=\"{:.0f}\" y=\"{:.0f}\" font-size=\"12\" fill=\"#444\">{}</text>\n",
          x, y - 10, hue, x + 16, y, name);
      x += 30 + 7.4 * static_cast<double>(name.size());
    }
  }

  void draw_slot(int slot) {
    const auto carried = links_in(slot);
    for (std::size_t link = 0; link < cgra_.links.size(); ++link) {
      if (carried.count(static_cast<int>(link)) == 0) draw_link(cgra_.links[link], "#d9dcdf", 1.2);
    }
    for (const auto& [link, node] : carried)
      draw_link(cgra_.links[static_cast<std::size_t>(link)], colour(region_.graph.nodes[node]), 4);
    std::vector<int> issued(cgra_.pes.size(), -1);
    for (std::size_t node = 0; node < region_.mapping.nodes.size(); ++node) {
      const mapper::Placement& placement = region_.mapping.nodes[node];
      if (placement.time % region_.mapping.ii == slot) issued[placement.pe.index()] = static_cast<int>(node);
    }
    for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe) draw_pe(pe, issued[pe]);
  }

  [[nodiscard]] std::map<int, std::size_t> links_in(int slot) const {
    std::map<int, std::size_t> carried;
    for (const mapper::Route& route : region_.mapping.routes) {
      for (const mapper::Hop& hop : route.hops) {
        if (hop.place.kind == mapper::Place::Kind::kLink && hop.cycle % region_.mapping.ii == slot)
          carried.emplace(hop.place.link.value, route.edge.from.index());
      }
    }
    return carried;
  }

  void draw_link(const arch::Link& link, const std::string& stroke, double width) {
    const auto [x0, y0] = center(link.from);
    const auto [x1, y1] = center(link.to);
    const double length = std::max(1.0, std::hypot(x1 - x0, y1 - y0));
    const double ux = (x1 - x0) / length;
    const double uy = (y1 - y0) / length;
    const double edge = kSize / 2 / std::max(std::abs(ux), std::abs(uy)) + 1;
    const bool neighbours = length < kPitch * 1.5 && !link.wrap;
    const double side = kSize * 0.14;
    const double bend = neighbours ? side : kPitch * 0.4;
    const double end_x = x1 - ux * edge - uy * side;
    const double end_y = y1 - uy * edge + ux * side;
    text_ += fmt::format(
        "<path d=\"M{:.1f},{:.1f} Q{:.1f},{:.1f} {:.1f},{:.1f}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>\n",
        x0 + ux * edge - uy * side, y0 + uy * edge + ux * side, (x0 + x1) / 2 - uy * bend, (y0 + y1) / 2 + ux * bend,
        end_x, end_y, stroke, width);
    const double head = width > 2 ? 9 : 5;
    text_ += fmt::format("<polygon points=\"{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f}\" fill=\"{}\"/>\n", end_x, end_y,
                         end_x - ux * head - uy * head / 2, end_y - uy * head + ux * head / 2,
                         end_x - ux * head + uy * head / 2, end_y - uy * head - ux * head / 2, stroke);
  }

  void draw_pe(std::size_t pe, int node) {
    const auto [x, y] = center(arch::PeId(static_cast<std::int64_t>(pe)));
    const bool memory = cgra_.classes[static_cast<std::size_t>(cgra_.pes[pe].pe_class)].memory;
    const dfg::Node* operation = node < 0 ? nullptr : &region_.graph.nodes[static_cast<std::size_t>(node)];
    const std::string stroke = operation != nullptr ? colour(*operation) : memory ? colours().at("load") : "#c4c8cc";
    text_ += fmt::format("<rect x=\"{0:.0f}\" y=\"{1:.0f}\" width=\"{2}\" height=\"{2}\" rx=\"7\" fill=\"#ffffff\"/>",
                         x - kSize / 2, y - kSize / 2, kSize);
    text_ += fmt::format(
        "<rect x=\"{0:.0f}\" y=\"{1:.0f}\" width=\"{2}\" height=\"{2}\" rx=\"7\" fill=\"{3}\" fill-opacity=\"{4}\" "
        "stroke=\"{3}\" stroke-width=\"{5}\"{6}/>\n",
        x - kSize / 2, y - kSize / 2, kSize, stroke, operation != nullptr ? 0.28 : 0, operation != nullptr ? 2.2 : 1.3,
        operation == nullptr && memory ? " stroke-dasharray=\"5 2\"" : "");
    if (operation == nullptr) return;
    const std::string name(dfg::name(operation->op));
    text_ += fmt::format(
        "<text x=\"{:.0f}\" y=\"{:.0f}\" font-size=\"{:.1f}\" text-anchor=\"middle\" fill=\"#1c1e21\">{}</text>\n", x,
        y + 4, std::min(13.0, (kSize - 6) / (0.61 * static_cast<double>(name.size()))), name);
  }

  [[nodiscard]] std::pair<double, double> center(arch::PeId pe) const {
    return {cgra_.pe(pe).column * kPitch + kPitch / 2, cgra_.pe(pe).row * kPitch + kPitch / 2};
  }

  const arch::Cgra& cgra_;
  const PageRegion& region_;
  std::string text_;
};

}  // namespace

std::string mapping_svg(const arch::Cgra& cgra, const PageRegion& region) { return Picture(cgra, region).draw(); }

}  // namespace heddle::report
