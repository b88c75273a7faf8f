// The generated parts of docs/cost_model.md: tables of the synthesised multiply-accumulate units against their
// estimates.
#pragma once

#include <string>
#include <string_view>

#include "cost_models/fpga/convert_predictor.h"
#include "cost_models/fpga/mac_predictor.h"
#include "cost_models/fpga/mac_table.h"

namespace heddle::fpga {

struct CostTables {
  const MacTable& macs;
  const MacTable& fresh;  ///< mac_fresh_sweep: seen by no fit and no choice of terms
  const MacPredictor& mac_predictor;
  const ConvertTable& converts;
  const ConvertPredictor& convert_predictor;
};

/// `page` with the text between each `<!-- generated: NAME -->` and the next `<!-- end -->` made anew from the table
/// and the predictor. Names that are not known here are left as they are (other tools have parts of the page too).
/// Fails with kBadInput if a part is not closed.
Result<std::string> update_cost_page(std::string_view page, const CostTables& tables);

}  // namespace heddle::fpga
