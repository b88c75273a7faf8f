#include "runtime/session/program_json.h"

#include <array>

#include "compiler/base/files.h"

extern const char* const heddle_program_schema;

namespace heddle::session {
namespace {

using frontend::Kernel;
using frontend::Parameter;

constexpr std::array kKinds = {"integer", "pointer", "other"};  // by Parameter::Kind

Json to_json(const Parameter& parameter) {
  Json json = {{"name", parameter.name},
               {"kind", kKinds[static_cast<std::size_t>(parameter.kind)]},
               {"bytes", parameter.bytes},
               {"signed", parameter.is_signed},
               {"const", parameter.is_const}};
  if (parameter.extent_bytes) json["extent_bytes"] = *parameter.extent_bytes;
  if (parameter.low) json["low"] = *parameter.low;
  if (parameter.high) json["high"] = *parameter.high;
  return json;
}

Json to_json(const Kernel& kernel) {
  Json parameters = Json::array();
  for (const Parameter& parameter : kernel.parameters) parameters.push_back(to_json(parameter));
  return {{"name", kernel.name},
          {"file", kernel.where.file},
          {"line", kernel.where.line},
          {"return_bytes", kernel.return_bytes},
          {"parameters", parameters}};
}

std::optional<std::int64_t> optional_integer(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  return found->get<std::int64_t>();
}

Parameter parameter_from(const Json& json) {
  Parameter parameter;
  parameter.name = json["name"].get<std::string>();
  const auto kind = std::ranges::find(kKinds, json["kind"].get<std::string>());
  parameter.kind = static_cast<Parameter::Kind>(kind - kKinds.begin());
  parameter.bytes = json["bytes"].get<int>();
  parameter.is_signed = json["signed"].get<bool>();
  parameter.is_const = json["const"].get<bool>();
  parameter.extent_bytes = optional_integer(json, "extent_bytes");
  parameter.low = optional_integer(json, "low");
  parameter.high = optional_integer(json, "high");
  return parameter;
}

Kernel kernel_from(const Json& json) {
  Kernel kernel;
  kernel.name = json["name"].get<std::string>();
  kernel.where = {json["file"].get<std::string>(), json["line"].get<int>(), 0};
  kernel.return_bytes = json["return_bytes"].get<int>();
  for (const Json& parameter : json["parameters"]) kernel.parameters.push_back(parameter_from(parameter));
  return kernel;
}

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
  }
  return {{"schema", "heddle.program/1"},
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
  for (const Json& kernel : root["kernels"]) contents.program.kernels.push_back(kernel_from(kernel));
  for (const Json& global : root["globals"]) {
    contents.program.globals.push_back(
        {global["name"].get<std::string>(), global["bytes"].get<std::int64_t>(), global["constant"].get<bool>()});
  }
  contents.host_hash = root["files"]["host.bc"].get<std::string>();
  contents.golden_hash = root["files"]["golden.bc"].get<std::string>();
  return contents;
}

}  // namespace heddle::session
