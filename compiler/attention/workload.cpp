// From a document to a workload. The schema has checked keys, types and ranges; what is left are relations.
#include "compiler/attention/workload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "compiler/base/check.h"
#include "compiler/base/files.h"

extern const char* const heddle_attention_schema;

namespace heddle::attention {
namespace {

const Json& attention_schema() {
  static const Json value = [] {
    auto document = parse_json(heddle_attention_schema, "attention.json");
    HEDDLE_CHECK(document.has_value(), "the embedded schema of attention workloads does not parse");
    return std::move(document->root);
  }();
  return value;
}

bool is_square(std::int64_t tokens) {
  const auto side = std::llround(std::sqrt(static_cast<double>(tokens)));
  return tokens > 0 && side * side == tokens;
}

/// Why the mask does not fit the shape; empty if it does.
std::string mask_fault(const Workload& workload) {
  if (workload.global_tokens > workload.sequence || workload.sink_tokens > workload.sequence)
    return fmt::format("{} global and {} sink tokens, but a sequence of {}", workload.global_tokens,
                       workload.sink_tokens, workload.sequence);
  if (workload.sink_tokens > 0 && !std::holds_alternative<WindowPattern>(workload.pattern))
    return "sink_tokens go with a window";
  if (workload.global_tokens > 0 && std::holds_alternative<BlockPattern>(workload.pattern))
    return "blocks have their own global rows, global_tokens do not go with them";
  const std::int64_t image = workload.sequence - workload.global_tokens;
  const bool two_d =
      std::holds_alternative<SquarePattern>(workload.pattern) || std::holds_alternative<TilePattern>(workload.pattern);
  if (two_d && !is_square(image))
    return fmt::format("a 2-D mask wants a square of tokens behind the {} global ones, found {}",
                       workload.global_tokens, image);
  const auto side = std::llround(std::sqrt(static_cast<double>(image)));
  if (const auto* square = std::get_if<SquarePattern>(&workload.pattern)) {
    if (square->side % 2 == 0) return fmt::format("the side of window_2d is odd, found {}", square->side);
    if (square->moved && square->side > side)
      return fmt::format("{0} x {0} tokens do not fit in {1} x {1}", square->side, side);
  }
  if (const auto* tile = std::get_if<TilePattern>(&workload.pattern)) {
    if (tile->shift >= tile->side) return fmt::format("tiles of {} are shifted by {}", tile->side, tile->shift);
    if (side % tile->side != 0) return fmt::format("{0} x {0} tokens are not whole tiles of {1}", side, tile->side);
  }
  if (const auto* blocks = std::get_if<BlockPattern>(&workload.pattern)) {
    const std::int64_t count = workload.sequence / blocks->size;
    if (blocks->window % 2 == 0) return fmt::format("the window of blocks is odd, found {}", blocks->window);
    if (workload.sequence % blocks->size != 0)
      return fmt::format("{} tokens are not whole blocks of {}", workload.sequence, blocks->size);
    if (count < blocks->window + blocks->random + 2)
      return fmt::format("{} blocks are too few for {} in the window, {} random ones, the first and the last", count,
                         blocks->window, blocks->random);
    if (workload.rows != workload.sequence) return "blocks want all rows";
  }
  return {};
}

/// The pattern of the one key that names one. Precondition: there is exactly one.
Pattern read_pattern(const Json& mask) {
  if (mask.contains("window")) {
    const Json& value = mask["window"];
    return WindowPattern{value["before"], value["after"], value.value("dilation", std::int64_t{1})};
  }
  if (mask.contains("blocks"))
    return BlockPattern{mask["blocks"]["size"], mask["blocks"]["window"], mask["blocks"]["random"]};
  if (mask.contains("window_2d"))
    return SquarePattern{mask["window_2d"]["side"], mask["window_2d"]["edges"] == "moved"};
  return TilePattern{mask["tiles_2d"]["side"], mask["tiles_2d"].value("shift", std::int64_t{0})};
}

tl::unexpected<Error> error_at(const Document& document, const std::string& pointer, const std::string& message) {
  return fail(ErrorCode::kBadInput, fmt::format("at {}: {}", pointer, message), document.mark(pointer));
}

Status check_heads(const Workload& workload) {
  if (workload.heads % workload.kv_heads == 0) return {};
  return fail(ErrorCode::kBadInput, fmt::format("{} query heads cannot share {} key and value heads evenly",
                                                workload.heads, workload.kv_heads));
}

}  // namespace

Result<Workload> workload_from_document(const Document& document) {
  HEDDLE_TRY(validate_schema(document, attention_schema()));
  const Json& root = document.root;
  const Json& mask = root["mask"];
  const auto patterns =
      std::ranges::count_if(std::initializer_list<const char*>{"window", "blocks", "window_2d", "tiles_2d"},
                            [&](const char* key) { return mask.contains(key); });
  if (patterns != 1)
    return error_at(document, "/mask",
                    fmt::format("expected one of window, blocks, window_2d and tiles_2d, found {}", patterns));
  Workload workload;
  workload.name = root["name"];
  workload.description = root["description"];
  workload.layers = root["layers"];
  workload.heads = root["heads"];
  workload.kv_heads = root.value("kv_heads", workload.heads);
  workload.head_dim = root["head_dim"];
  workload.sequence = root["sequence"];
  workload.rows = root.value("rows", workload.sequence);
  workload.pattern = read_pattern(mask);
  workload.global_tokens = mask.value("global_tokens", std::int64_t{0});
  workload.sink_tokens = mask.value("sink_tokens", std::int64_t{0});
  if (workload.rows > workload.sequence)
    return error_at(document, "/rows", fmt::format("more than the {} tokens of the sequence", workload.sequence));
  if (auto status = check_heads(workload); !status) return error_at(document, "/kv_heads", status.error().message);
  if (const std::string fault = mask_fault(workload); !fault.empty()) return error_at(document, "/mask", fault);
  return workload;
}

Result<Workload> find_workload(const std::string& name_or_path, const std::filesystem::path& directory) {
  std::error_code code;
  std::filesystem::path path = name_or_path;
  if (!std::filesystem::is_regular_file(path, code)) {
    const auto names = names_in(directory, ".yaml");
    if (std::find(names.begin(), names.end(), name_or_path) == names.end()) {
      const std::string near = nearest_name(name_or_path, names);
      return fail(ErrorCode::kNotFound,
                  fmt::format("no file and no shipped attention workload is called \"{}\"", name_or_path), {},
                  near.empty() ? fmt::format("known names: {}", fmt::join(names, ", "))
                               : fmt::format("did you mean \"{}\"?", near));
    }
    path = directory / (name_or_path + ".yaml");
  }
  HEDDLE_ASSIGN(const Document document, read_document(path));
  return workload_from_document(document);
}

Result<Workload> resized(Workload workload, std::int64_t sequence, std::int64_t heads) {
  if (sequence < 0 || heads < 0)
    return fail(ErrorCode::kBadInput, fmt::format("a length of {} and {} heads are not possible", sequence, heads));
  if (sequence > 0) {
    workload.rows = workload.rows == workload.sequence ? sequence : std::min(workload.rows, sequence);
    workload.sequence = sequence;
  }
  if (heads > 0) {
    // The same share of keys and values, as far as there are as many heads.
    workload.kv_heads = std::max<std::int64_t>(1, heads * workload.kv_heads / workload.heads);
    workload.heads = heads;
  }
  HEDDLE_TRY(check_heads(workload));
  if (const std::string fault = mask_fault(workload); !fault.empty())
    return fail(ErrorCode::kBadInput, fmt::format("{}: {}", workload.name, fault));
  return workload;
}

}  // namespace heddle::attention
