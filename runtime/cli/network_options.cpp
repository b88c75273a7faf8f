#include "runtime/cli/network_options.h"

#include <fmt/format.h>

#include <charconv>

namespace heddle::cli {
namespace {

/// "name=1x3x48x320".
Result<std::pair<std::string, network::Extents>> parse_shape(const std::string& text) {
  const auto malformed = [&] {
    return fail(ErrorCode::kBadInput, fmt::format("--shape {}: expected NAME=1x3x32x32", text));
  };
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0) return malformed();
  network::Extents shape;
  const char* at = text.data() + equals + 1;
  const char* end = text.data() + text.size();
  while (at != end) {
    std::int64_t extent = 0;
    const auto [rest, error] = std::from_chars(at, end, extent);
    if (error != std::errc{} || extent < 1 || (rest != end && (*rest != 'x' || rest + 1 == end))) return malformed();
    shape.push_back(extent);
    at = rest == end ? end : rest + 1;
  }
  return std::pair{text.substr(0, equals), std::move(shape)};
}

}  // namespace

std::vector<OptionSpec> NetworkOptions::options() {
  return {{"--batch", &batch, "First extent of every input (default: the file's, or 1 if it is open)", "N"},
          {"--shape", &shapes, "Shape of an input whose extents the file leaves open (repeatable)", "NAME=1x3x32x32"}};
}

Result<network::Graph> NetworkOptions::load(const std::string& file) const {
  frontend::OnnxOptions options;
  if (batch < 0) return fail(ErrorCode::kBadInput, fmt::format("--batch {}: expected 1 or more", batch));
  if (batch > 0) options.batch = batch;
  for (const std::string& text : shapes) {
    HEDDLE_ASSIGN(auto shape, parse_shape(text));
    options.shapes[shape.first] = std::move(shape.second);
  }
  return frontend::load_onnx(file, options);
}

}  // namespace heddle::cli
