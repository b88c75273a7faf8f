// From a document to a window-attention array and back. The schema has checked keys, types and ranges.
#include "compiler/arch/swat.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/arch/source.h"
#include "compiler/base/check.h"
#include "compiler/base/files.h"

extern const char* const heddle_swat_schema;

namespace heddle::arch {
namespace {

Status check_power_of_two(const Source& source, const char* key, std::int32_t value) {
  if ((value & (value - 1)) == 0) return {};
  return source.error(pointer_to("", key), fmt::format("expected a power of two, found {}", value));
}

/// What the array has no arithmetic for; empty if it has. The published design also exists in fp32.
std::string format_fault(const numerics::ScalarFormat& format, SwatKind kind) {
  if (const auto* integer = std::get_if<numerics::IntFormat>(&format)) {
    if (*integer == numerics::IntFormat{}) return {};
    return "the only integer format is int8";
  }
  const auto& real = std::get<numerics::FloatFormat>(format);
  if (!real.is_signed) return "the format has no sign";
  if (real.bits() > 16 && kind == SwatKind::kQueryStationary) return "floats have at most 16 bits";
  return {};
}

Status read_format(const Source& source, const char* key, SwatKind kind, numerics::ScalarFormat& result) {
  const std::string pointer = pointer_to("", key);
  auto format = numerics::parse_scalar_format(source.root()[key].get<std::string>());
  if (!format) return source.error(pointer, format.error().message, format.error().hint);
  if (const std::string fault = format_fault(*format, kind); !fault.empty())
    return source.error(pointer, fmt::format("\"{}\": {}", numerics::name(*format), fault));
  result = *format;
  return {};
}

Status check_relations(const Source& source, const Swat& array) {
  for (const auto& [key, value] :
       {std::pair{"head_dim", array.head_dim}, {"slots", array.slots}, {"stream_elements", array.stream_elements}})
    HEDDLE_TRY(check_power_of_two(source, key, value));
  if (array.stream_elements > array.head_dim)
    return source.error(source.root().contains("stream_elements") ? "/stream_elements" : "/head_dim",
                        fmt::format("a vector of {} elements is shorter than a word of the streams, {} elements",
                                    array.head_dim, array.stream_elements));
  if (array.kind == SwatKind::kQueryStationary && array.rows > array.head_dim)
    return source.error("/rows", fmt::format("the softmax unit of a group takes one score a cycle, so {} cores need a "
                                             "head dimension of at least {}, found {}",
                                             array.rows, array.rows, array.head_dim));
  return {};
}

}  // namespace

const Json& swat_schema() {
  static const Json value = [] {
    auto document = parse_json(heddle_swat_schema, "swat.json");
    HEDDLE_CHECK(document.has_value(), "the embedded schema of window-attention arrays does not parse");
    return std::move(document->root);
  }();
  return value;
}

bool is_swat(const Document& document) {
  return document.root.is_object() && document.root.contains("arch") && document.root["arch"] == "swat";
}

Result<Swat> swat_from_document(const Document& document) {
  HEDDLE_TRY(validate_schema(document, swat_schema()));
  const Source source(document);
  const Json& root = source.root();
  Swat array;
  array.name = root["name"].get<std::string>();
  array.description = root.value("description", "");
  if (root.value("kind", "") == "published") array.kind = SwatKind::kPublished;
  array.groups = root["groups"].get<std::int32_t>();
  array.rows = root["rows"].get<std::int32_t>();
  array.head_dim = root["head_dim"].get<std::int32_t>();
  array.slots = root["slots"].get<std::int32_t>();
  array.run_queue = root.value("run_queue", array.run_queue);
  array.stream_elements = root.value("stream_elements", array.stream_elements);
  array.mhz = root.value("mhz", array.mhz);
  HEDDLE_TRY(read_format(source, "format", array.kind, array.format));
  array.output = array.format;
  if (root.contains("output")) HEDDLE_TRY(read_format(source, "output", array.kind, array.output));
  HEDDLE_TRY(check_relations(source, array));
  return array;
}

Result<Swat> load_swat(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const Document document, read_document(path));
  return swat_from_document(document);
}

Result<Swat> find_swat(const std::string& name_or_path, const std::filesystem::path& directory) {
  std::error_code code;
  if (std::filesystem::is_regular_file(name_or_path, code)) return load_swat(name_or_path);
  const auto names = names_in(directory, ".yaml");
  if (std::find(names.begin(), names.end(), name_or_path) != names.end())
    return load_swat(directory / (name_or_path + ".yaml"));
  return fail(ErrorCode::kNotFound,
              fmt::format("no file and no shipped window-attention array is called \"{}\"", name_or_path), {},
              hint_for(name_or_path, names));
}

Json to_json(const Swat& array) {
  return {{"schema", "heddle.arch/1"},
          {"arch", "swat"},
          {"name", array.name},
          {"description", array.description},
          {"kind", array.kind == SwatKind::kPublished ? "published" : "query_stationary"},
          {"groups", array.groups},
          {"rows", array.rows},
          {"head_dim", array.head_dim},
          {"slots", array.slots},
          {"run_queue", array.run_queue},
          {"stream_elements", array.stream_elements},
          {"format", numerics::name(array.format)},
          {"output", numerics::name(array.output)},
          {"mhz", array.mhz}};
}

}  // namespace heddle::arch
