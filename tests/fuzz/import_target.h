// What the targets of graph importers share.
#pragma once

#include "compiler/dfg/verify.h"
#include "compiler/exchange/draft.h"
#include "tests/fuzz/fuzz.h"

namespace heddle::fuzz {

inline void check_import(const Result<exchange::ImportedGraph>& read) {
  if (!read) {
    check_refusal(read.error());
    require(read.error().where.line >= 1, "an error without a place: " + read.error().message);
    return;
  }
  require(dfg::verify(read->graph, dfg::Purpose::kMapping).has_value(), "accepted, but not consistent");
  for (const Note& each : read->warnings) require(each.where.line >= 1, "a warning without a place: " + each.message);
}

}  // namespace heddle::fuzz
