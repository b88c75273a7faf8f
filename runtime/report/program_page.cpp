#include "runtime/report/program_page.h"

#include <fmt/format.h>

#include <set>
#include <system_error>

#include "compiler/base/files.h"
#include "runtime/report/cost_report.h"

extern const char* const heddle_simulation_schema;
extern const char* const heddle_examples_schema;
extern const char* const heddle_layers_schema;
extern const char* const heddle_verify_schema;

namespace heddle::report {
namespace fs = std::filesystem;

namespace {

std::set<std::string> source_files(const session::CompiledProgram& program) {
  std::set<std::string> files{program.source};
  for (const session::CompiledRegion& region : program.regions) {
    for (const dfg::Node& node : region.graph.nodes) files.insert(node.where.file);
  }
  for (const char* list : {"regions", "host"}) {
    for (const Json& entry : program.report.value(list, Json::array()))
      files.insert(entry.value("file", std::string()));
  }
  files.erase("");
  return files;
}

const Json& simulation_schema() {
  static const Json parsed = Json::parse(heddle_simulation_schema);
  return parsed;
}

const Json& verification_schema() {
  static const Json parsed = Json::parse(heddle_verify_schema);
  return parsed;
}

const Json& layers_schema() {
  static const Json parsed = Json::parse(heddle_layers_schema);
  return parsed;
}

const Json& examples_schema() {
  static const Json parsed = Json::parse(heddle_examples_schema);
  return parsed;
}

/// Layers read earlier ones.
Status check_layers(const Json& layers, const std::string& file) {
  if (layers.is_null()) return {};
  std::size_t index = 0;
  for (const Json& layer : layers["layers"]) {
    for (const Json& read : layer["reads"])
      if (read.get<std::uint64_t>() >= index)
        return fail(ErrorCode::kBadInput,
                    fmt::format("layer {} reads layer {}, which is no earlier one", index, read.dump()), {file});
    ++index;
  }
  return {};
}

/// Null if there is no such file. An empty schema accepts everything.
Result<Json> optional_json(const fs::path& path, const Json& schema = Json::object()) {
  std::error_code code;
  if (!fs::exists(path, code)) return Json(nullptr);
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  HEDDLE_ASSIGN(Document document, parse_json(text, path.string()));
  HEDDLE_TRY(validate_schema(document, schema));
  return std::move(document.root);
}

}  // namespace

Status write_sources(const session::CompiledProgram& program, const fs::path& directory) {
  Json files = Json::object();
  for (const std::string& file : source_files(program)) {
    const auto text = read_file(file);
    if (text && text->find('\0') == std::string::npos) files[file] = *text;  // not a network's bytes
  }
  const Json sources{{"schema", "heddle.sources/1"}, {"files", files}};
  // A source need not be UTF-8; JSON must be.
  return write_file(directory / "sources.json", sources.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Result<PageInput> page_input(const session::CompiledProgram& program, const fs::path& directory,
                             const std::string& device) {
  PageInput input;
  input.report = program.report;
  input.cgra = program.cgra;
  HEDDLE_ASSIGN(input.simulation, optional_json(directory / "simulation.json", simulation_schema()));
  HEDDLE_ASSIGN(input.verification, optional_json(directory / "verification.json", verification_schema()));
  HEDDLE_ASSIGN(input.layers, optional_json(directory / "layers.json", layers_schema()));
  HEDDLE_ASSIGN(input.examples, optional_json(directory / "examples.json", examples_schema()));
  HEDDLE_TRY(check_layers(input.layers, (directory / "layers.json").string()));
  HEDDLE_ASSIGN(const Json sources, optional_json(directory / "sources.json"));
  if (sources.is_object() && sources.contains("files") && sources["files"].is_object()) {
    for (const auto& [file, text] : sources["files"].items()) {
      if (text.is_string()) input.sources[file] = text.get<std::string>();
    }
  }
  for (const session::CompiledRegion& region : program.regions)
    input.regions.push_back({region.name, region.graph, region.mapping});
  HEDDLE_ASSIGN(input.cost, page_cost(program.cgra, input.simulation, device));
  return input;
}

Status write_page(const session::CompiledProgram& program, const fs::path& directory, const fs::path& file,
                  const std::string& device) {
  HEDDLE_ASSIGN(const PageInput input, page_input(program, directory, device));
  return write_file(file, render_page(input));
}

}  // namespace heddle::report
