#include "runtime/session/program_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "runtime/session/network_module.h"
#include "runtime/session/program_json.h"
#include "runtime/session/report_json.h"

namespace heddle::session {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> io_failure(const std::string& what, const std::error_code& code) {
  return fail(ErrorCode::kIo, what + ": " + code.message());
}

Status write_json(const fs::path& path, const Json& json) { return write_file(path, dump_json(json)); }

Result<Document> read_json(const fs::path& path) {
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  return parse_json(text, path.string());
}

fs::path region_file(const fs::path& directory, const std::string& region, const char* kind) {
  return directory / "regions" / fmt::format("{}.{}.json", region, kind);
}

Status write_region(const CompiledRegion& region, const arch::Cgra& cgra, const fs::path& directory) {
  HEDDLE_TRY(write_json(region_file(directory, region.name, "dfg"), dfg::to_json(region.graph)));
  if (region.mapping.ii == 0) return {};
  const mapper::Problem problem{region.graph, cgra};
  HEDDLE_TRY(write_json(region_file(directory, region.name, "mapping"), mapper::to_json(problem, region.mapping)));
  return write_json(region_file(directory, region.name, "image"), codegen::to_json(region.image));
}

/// The image need not be the mapping's: `heddle verify` compares them, and says where they differ.
Status read_mapping(CompiledRegion& region, const arch::Cgra& cgra, const fs::path& directory) {
  const mapper::Problem problem{region.graph, cgra};
  const fs::path mapping_path = region_file(directory, region.name, "mapping");
  HEDDLE_ASSIGN(const Document mapping, read_json(mapping_path));
  HEDDLE_ASSIGN(region.mapping, mapper::from_json(problem, mapping));
  if (auto valid = mapper::verify(problem, region.mapping); !valid) {
    Error error = std::move(valid).error();
    if (error.where.file.empty()) error.where.file = mapping_path.string();
    return fail(std::move(error));
  }
  HEDDLE_ASSIGN(const Document image, read_json(region_file(directory, region.name, "image")));
  HEDDLE_ASSIGN(region.image, codegen::image_from_json(image, cgra));
  return {};
}

/// Indices that the image's patches and live-outs take into the graph's tables.
Status check_image(const CompiledRegion& region, const fs::path& directory) {
  const dfg::Graph& graph = region.graph;
  const auto within = [](auto id, std::size_t size) { return id.valid() && id.index() < size; };
  bool good = region.image.ii == region.mapping.ii && region.image.live_outs.size() == graph.live_outs.size();
  for (const codegen::Patch& patch : region.image.patches) {
    if (patch.value.kind == dfg::Immediate::Kind::kLiveIn)
      good = good && within(patch.value.live_in, graph.live_ins.size());
    if (patch.value.kind == dfg::Immediate::Kind::kArrayBase)
      good = good && within(patch.value.array, graph.arrays.size());
  }
  for (const codegen::LiveOutPlace& place : region.image.live_outs) {
    good = good && place.number >= 0 && static_cast<std::size_t>(place.number) < graph.live_outs.size();
  }
  if (good) return {};
  return fail(ErrorCode::kBadInput, "the image is not of this region's mapping",
              {region_file(directory, region.name, "image").string(), 0, 0});
}

Result<CompiledRegion> read_region(const RegionEntry& entry, const arch::Cgra& cgra, const fs::path& directory) {
  CompiledRegion region;
  region.name = entry.name;
  region.mapping.ii = 0;
  const fs::path graph_path = region_file(directory, entry.name, "dfg");
  HEDDLE_ASSIGN(const Document graph, read_json(graph_path));
  HEDDLE_ASSIGN(region.graph, dfg::from_json(graph));
  if (auto valid = dfg::verify(region.graph, dfg::Purpose::kExecution); !valid) {
    Error error = std::move(valid).error();
    error.where.file = graph_path.string();
    return fail(std::move(error));
  }
  if (!entry.mapped) return region;
  HEDDLE_TRY(read_mapping(region, cgra, directory));
  HEDDLE_TRY(check_image(region, directory));
  return region;
}

Result<std::string> read_bitcode(const fs::path& path, const std::string& hash) {
  HEDDLE_ASSIGN(std::string bitcode, read_file(path));
  if (hex64(content_hash(bitcode)) == hash) return bitcode;
  return fail(ErrorCode::kBadInput, "the file is not the one that program.json was written with", {path.string(), 0, 0},
              "compile again");
}

/// The system, and which mapped regions stay on the host all the same.
Status read_placement(CompiledProgram& program, const fs::path& directory) {
  const Json& regions = program.report["regions"];
  for (std::size_t k = 0; k < std::min(regions.size(), program.regions.size()); ++k)
    program.regions[k].host_reason = regions[k].value("host_reason", std::string());
  if (!program.report.contains("system")) return {};
  HEDDLE_ASSIGN(const Document document,
                parse_json(dump_json(program.report["system"]), (directory / "report.json").string()));
  HEDDLE_ASSIGN(program.system, arch::system_from_document(document));
  return {};
}

}  // namespace

Result<StagedDirectory> StagedDirectory::create(const fs::path& target) {
  std::error_code code;
  if (fs::exists(target) && !fs::exists(target / "program.json") && !fs::is_empty(target, code)) {
    return fail(ErrorCode::kBadInput,
                "'" + target.string() + "' exists and is not a compiled program; it is left alone");
  }
  const fs::path absolute = fs::absolute(target).lexically_normal();
  const fs::path named = absolute.has_filename() ? absolute : absolute.parent_path();
  const fs::path staging = named.parent_path() / fmt::format(".{}.{}.tmp", named.filename().string(), getpid());
  fs::remove_all(staging, code);
  if (!fs::create_directories(staging, code))
    return io_failure("cannot make directory '" + staging.string() + "'", code);
  return StagedDirectory(named, staging);
}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : target_(std::move(other.target_)), staging_(std::exchange(other.staging_, {})) {}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!staging_.empty()) fs::remove_all(staging_, ignored);
}

Status StagedDirectory::commit() {
  std::error_code code;
  const fs::path old = staging_.string() + ".old";
  const bool replaces = fs::exists(target_);
  if (replaces) fs::rename(target_, old, code);
  if (code) return io_failure("cannot replace '" + target_.string() + "'", code);
  fs::rename(staging_, target_, code);
  if (code) {
    std::error_code ignored;
    if (replaces) fs::rename(old, target_, ignored);
    return io_failure("cannot write '" + target_.string() + "'", code);
  }
  staging_.clear();
  if (replaces) fs::remove_all(old, code);
  return {};
}

Status write_program(const CompiledProgram& program, const fs::path& directory) {
  std::error_code code;
  fs::create_directories(directory / "regions", code);
  if (code) return io_failure("cannot make directory '" + (directory / "regions").string() + "'", code);
  HEDDLE_TRY(write_json(directory / "arch.json", arch::to_json(program.cgra)));
  for (const CompiledRegion& region : program.regions) HEDDLE_TRY(write_region(region, program.cgra, directory));
  HEDDLE_TRY(write_file(directory / "host.bc", program.host_bitcode));
  HEDDLE_TRY(write_file(directory / "golden.bc", program.golden_bitcode));
  HEDDLE_TRY(write_json(directory / "report.json", program.report));
  return write_json(directory / "program.json", program_to_json(program));
}

Result<CompiledProgram> load_program(const fs::path& directory) {
  if (!fs::exists(directory / "program.json")) {
    return fail(ErrorCode::kNotFound, "'" + directory.string() + "' is not a compiled program: it has no program.json",
                {}, "heddle compile FILE.c --arch NAME -o DIR");
  }
  HEDDLE_ASSIGN(const Document document, read_json(directory / "program.json"));
  HEDDLE_ASSIGN(ProgramContents contents, program_from_json(document));
  CompiledProgram& program = contents.program;
  HEDDLE_ASSIGN(const Document cgra, read_json(directory / "arch.json"));
  HEDDLE_ASSIGN(program.cgra, arch::from_document(cgra));
  for (const RegionEntry& entry : contents.regions) {
    HEDDLE_ASSIGN(CompiledRegion region, read_region(entry, program.cgra, directory));
    program.regions.push_back(std::move(region));
  }
  HEDDLE_ASSIGN(program.host_bitcode, read_bitcode(directory / "host.bc", contents.host_hash));
  HEDDLE_ASSIGN(program.golden_bitcode, read_bitcode(directory / "golden.bc", contents.golden_hash));
  HEDDLE_ASSIGN(Document report, read_json(directory / "report.json"));
  HEDDLE_TRY(validate_schema(report, report_schema()));
  program.report = std::move(report.root);
  HEDDLE_TRY(read_placement(program, directory));
  if (const auto operators = program.report.find("operators");
      operators != program.report.end() && !operators->empty()) {
    HEDDLE_ASSIGN(network::Graph network, golden_network(directory));
    HEDDLE_TRY(check_operators(*operators, network));
    program.network = std::make_shared<network::Graph>(std::move(network));
  }
  return std::move(program);
}

}  // namespace heddle::session
