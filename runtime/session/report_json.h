// report.json: what the compiler did with each loop, for people and for other tools.
#pragma once

#include "runtime/session/program.h"

namespace heddle::session {

/// workloads/schema/report.json: what readers of a report may rely on.
const Json& report_schema();

/// A region of the front end and what became of it.
struct RegionResult {
  frontend::Region source;
  dfg::Graph legal;                      ///< what was mapped; with what the mapper added
  std::optional<mapper::Answer> answer;  ///< absent if there was no question to ask
  std::string reason;                    ///< why there is no mapping; empty if there is

  [[nodiscard]] bool mapped() const { return answer && answer->mapping; }
};

/// `heddle.report/1`: see workloads/schema/report.json for every field. The only fields that differ between two equal
/// compilations are the `map_seconds`.
Json report_json(const CompileRequest& request, const frontend::Program& program,
                 const std::vector<RegionResult>& regions, const std::string& source_text);

}  // namespace heddle::session
