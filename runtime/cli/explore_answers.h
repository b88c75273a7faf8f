// What `heddle explore` says of the folder of a sweep.
#pragma once

#include <string>

#include "runtime/cli/environment.h"
#include "runtime/explore/sweep.h"

namespace heddle::cli {

/// From the text of a sweep file; `path` is for messages, and for files beside it.
Result<explore::Sweep> parse_sweep(const std::string& text, const std::filesystem::path& path,
                                   const Environment& environment);

/// How far it is, points by status, front and hypervolume.
Result<int> show_status(const std::string& directory, Environment& environment);
/// The front as a table; of a run that stopped before `points`, says so. 1 if it is empty.
Result<int> show_best(const std::string& directory, std::uint64_t points, Environment& environment);
/// The page of the results in Markdown, on standard output.
Result<int> show_page(const std::string& directory, Environment& environment);
/// DIR/report.html: the results as a page for a browser.
Status write_report(const std::string& directory, const Environment& environment);
/// All that is known of a point: results by kernel, and which point beats it.
Result<int> show_why(const std::string& directory, const std::string& point, Environment& environment);
/// Fronts of two folders with the same objectives: hypervolumes under one reference, and who beats whom.
Result<int> show_comparison(const std::string& first, const std::string& second, Environment& environment);

}  // namespace heddle::cli
