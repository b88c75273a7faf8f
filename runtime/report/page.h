// The report page: one HTML file with everything in it, for a browser without a network.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"
#include "compiler/mapper/mapping.h"

namespace heddle::report {

/// What the page draws of a region: the legalised graph, and its mapping (none: the region runs on the host).
struct PageRegion {
  std::string name;
  dfg::Graph graph;
  mapper::Mapping mapping;

  [[nodiscard]] bool mapped() const { return mapping.nodes.size() == graph.nodes.size() && !graph.nodes.empty(); }
};

struct PageInput {
  Json report;                  ///< heddle.report/1
  Json simulation = nullptr;    ///< heddle.simulation/1, if the program was simulated
  Json verification = nullptr;  ///< heddle.verify/1, if it was verified
  Json layers = nullptr;        ///< heddle.layers/1, if the program is a network; each reads earlier ones
  Json examples = nullptr;      ///< heddle.examples/1, if the network was run over examples
  Json cost = nullptr;          ///< "array", "device", "energy", "formats" as the page draws them (program_page.h)
  arch::Cgra cgra;
  std::vector<PageRegion> regions;
  std::map<std::string, std::string> sources;  ///< text by file name, as in the marks of nodes
};

/// Colour classes of operations: "arithmetic", "multiply", "logic", "compare", "load", "store", "move".
std::string operation_class(dfg::Opcode op);

/// What the page's script reads (heddle.page/1): the input, with the drawing of each graph.
Json page_data(const PageInput& input);

/// The page. The same input gives the same bytes.
std::string render_page(const PageInput& input);

/// One slot-by-slot drawing of a mapped region on its array, for documents (no script, no external fonts).
std::string mapping_svg(const arch::Cgra& cgra, const PageRegion& region);

}  // namespace heddle::report
