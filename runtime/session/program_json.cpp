#include "runtime/session/program_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "compiler/base/files.h"
#include "compiler/dfg/number_text.h"

extern const char* const heddle_program_schema;

namespace heddle::session {
namespace {

using frontend::Kernel;
using frontend::Parameter;

constexpr std::array kKinds = {"integer", "pointer", "other", "float"};  // by Parameter::Kind

Json to_json(const Parameter& parameter) {
  Json json = {{"name", parameter.name},
               {"kind", kKinds[static_cast<std::size_t>(parameter.kind)]},
               {"bytes", parameter.bytes},
               {"signed", parameter.is_signed},
               {"const", parameter.is_const}};
  if (parameter.is_output) json["output"] = true;
  if (parameter.extent_bytes) json["extent_bytes"] = *parameter.extent_bytes;
  if (parameter.low) json["low"] = *parameter.low;
  if (parameter.high) json["high"] = *parameter.high;
  if (!parameter.format.empty()) json["format"] = parameter.format;
  if (parameter.real_low) json["real_low"] = *parameter.real_low;
  if (parameter.real_high) json["real_high"] = *parameter.real_high;
  return json;
}

Json to_json(const Kernel& kernel) {
  Json parameters = Json::array();
  for (const Parameter& parameter : kernel.parameters) parameters.push_back(to_json(parameter));
  Json json = {{"name", kernel.name},
               {"file", kernel.where.file},
               {"line", kernel.where.line},
               {"return_bytes", kernel.return_bytes},
               {"parameters", parameters}};
  if (!kernel.return_format.empty()) json["return_format"] = kernel.return_format;
  return json;
}

/// What a schema cannot say: integers fit 64 signed bits, and ranges have values.
class Reader {
 public:
  explicit Reader(const Document& document) : document_(document) {}

  Result<Kernel> kernel(const std::string& pointer) const {
    const Json& json = at(pointer);
    Kernel kernel;
    kernel.name = json["name"].get<std::string>();
    kernel.where = {json["file"].get<std::string>(), json["line"].get<int>(), 0};
    kernel.return_bytes = json["return_bytes"].get<int>();
    kernel.return_format = json.value("return_format", "");
    for (std::size_t i = 0; i < json["parameters"].size(); ++i) {
      HEDDLE_ASSIGN(Parameter read, parameter(pointer_to(pointer + "/parameters", i)));
      kernel.parameters.push_back(std::move(read));
    }
    return kernel;
  }

  Result<frontend::GlobalVariable> global(const std::string& pointer) const {
    const Json& json = at(pointer);
    HEDDLE_ASSIGN(const auto bytes, integer(pointer, "bytes"));
    return frontend::GlobalVariable{json["name"].get<std::string>(), *bytes, json["constant"].get<bool>(),
                                    json.value("format", "")};
  }

 private:
  [[nodiscard]] const Json& at(const std::string& pointer) const {
    return document_.root.at(Json::json_pointer(pointer));
  }

  [[nodiscard]] tl::unexpected<Error> fail_at(const std::string& pointer, const std::string& message) const {
    return fail(ErrorCode::kBadInput, "at " + pointer + ": " + message, document_.mark(pointer));
  }

  /// Nothing if there is no such key.
  [[nodiscard]] Result<std::optional<std::int64_t>> integer(const std::string& pointer, const char* key) const {
    const Json& object = at(pointer);
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
      return fail_at(pointer_to(pointer, key), "the integer is out of range");
    return found->get<std::int64_t>();
  }

  Result<Parameter> parameter(const std::string& pointer) const {
    const Json& json = at(pointer);
    Parameter parameter;
    parameter.name = json["name"].get<std::string>();
    const auto kind = std::ranges::find(kKinds, json["kind"].get<std::string>());
    parameter.kind = static_cast<Parameter::Kind>(kind - kKinds.begin());
    parameter.bytes = json["bytes"].get<int>();
    parameter.is_signed = json["signed"].get<bool>();
    parameter.is_const = json["const"].get<bool>();
    parameter.is_output = json.value("output", false);
    HEDDLE_ASSIGN(parameter.extent_bytes, integer(pointer, "extent_bytes"));
    HEDDLE_ASSIGN(parameter.low, integer(pointer, "low"));
    HEDDLE_ASSIGN(parameter.high, integer(pointer, "high"));
    if (parameter.kind == Parameter::Kind::kPointer && parameter.bytes == 0)
      return fail_at(pointer + "/bytes", "a pointer points to at least 1 byte");
    if (parameter.low.has_value() != parameter.high.has_value() || (parameter.low && *parameter.low > *parameter.high))
      return fail_at(pointer, "expected both ends of the range, low <= high");
    HEDDLE_TRY(formatted(pointer, parameter));
    return parameter;
  }

  /// A code's format, and its range.
  Status formatted(const std::string& pointer, Parameter& parameter) const {
    const Json& json = at(pointer);
    parameter.format = json.value("format", "");
    if (json.contains("real_low")) parameter.real_low = json["real_low"].get<double>();
    if (json.contains("real_high")) parameter.real_high = json["real_high"].get<double>();
    if (parameter.real_low.has_value() != parameter.real_high.has_value() ||
        (parameter.real_low && !(*parameter.real_low <= *parameter.real_high)))
      return fail_at(pointer, "expected both ends of the range, real_low <= real_high");
    const auto number = dfg::number_format(parameter.format);
    const int bytes = number ? (number->bits() + 7) / 8 : parameter.format == "fp64" ? 8 : parameter.bytes;
    if (parameter.bytes != bytes) return fail_at(pointer + "/bytes", fmt::format("{} has {}", parameter.format, bytes));
    if (parameter.kind == Parameter::Kind::kFloat && parameter.format.empty())
      return fail_at(pointer, "a float has a format");
    return {};
  }

  const Document& document_;
};

const Json& schema() {
  static const Json parsed = Json::parse(heddle_program_schema);
  return parsed;
}

}  // namespace

Json program_to_json(const CompiledProgram& program) {
  Json regions = Json::array();
  for (const CompiledRegion& region : program.regions) {
    regions.push_back({{"name", region.name}, {"mapped", region.mapping.ii > 0}});
  }
  Json kernels = Json::array();
  for (const Kernel& kernel : program.kernels) kernels.push_back(to_json(kernel));
  Json globals = Json::array();
  for (const frontend::GlobalVariable& global : program.globals) {
    globals.push_back({{"name", global.name}, {"bytes", global.bytes}, {"constant", global.constant}});
    if (!global.format.empty()) globals.back()["format"] = global.format;
  }
  return {{"schema", "heddle.program/2"},
          {"source", program.source},
          {"architecture", program.cgra.name},
          {"has_main", program.has_main},
          {"regions", regions},
          {"kernels", kernels},
          {"globals", globals},
          {"files",
           {{"host.bc", hex64(content_hash(program.host_bitcode))},
            {"golden.bc", hex64(content_hash(program.golden_bitcode))}}}};
}

Result<ProgramContents> program_from_json(const Document& document) {
  HEDDLE_TRY(validate_schema(document, schema()));
  const Json& root = document.root;
  ProgramContents contents;
  contents.program.source = root["source"].get<std::string>();
  contents.program.has_main = root["has_main"].get<bool>();
  for (const Json& region : root["regions"]) {
    contents.regions.push_back({region["name"].get<std::string>(), region["mapped"].get<bool>()});
  }
  const Reader reader(document);
  for (std::size_t i = 0; i < root["kernels"].size(); ++i) {
    HEDDLE_ASSIGN(Kernel kernel, reader.kernel(pointer_to("/kernels", i)));
    contents.program.kernels.push_back(std::move(kernel));
  }
  for (std::size_t i = 0; i < root["globals"].size(); ++i) {
    HEDDLE_ASSIGN(frontend::GlobalVariable global, reader.global(pointer_to("/globals", i)));
    contents.program.globals.push_back(std::move(global));
  }
  contents.host_hash = root["files"]["host.bc"].get<std::string>();
  contents.golden_hash = root["files"]["golden.bc"].get<std::string>();
  return contents;
}

}  // namespace heddle::session
