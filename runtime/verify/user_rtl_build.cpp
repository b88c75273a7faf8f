#include "runtime/verify/user_rtl_build.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "compiler/base/scratch.h"
#include "runtime/session/verilated_build.h"

extern const char* const heddle_dut_driver;    // dut_driver/dut_driver.cpp
extern const char* const heddle_dut_protocol;  // dut_driver/dut_protocol.h

namespace heddle::verify {
namespace {

namespace fs = std::filesystem;
using session::joined;

// Values that the language leaves open are random or as --x-initial says at run time, so that a design whose results
// hang on them is found out.
const ToolCommand kVerilatorFlags = {"verilator",  "--cc",   "--prefix",    "Vheddle_dut", "-O3",
                                     "--x-assign", "unique", "--x-initial", "unique",      "--assert"};

/// The header that lists the ports for the driver.
std::string ports_header(const RtlDesign& design) {
  std::string text = "void bind(Top& top, std::vector<Port>& ports) {\n";
  for (const RtlPort& port : design.ports) text += fmt::format("  ports.push_back(port_of(top.{}));\n", port.member);
  return text + "}\n";
}

std::uint64_t build_key(const RtlSources& sources, const RtlDesign& design, const session::VerilatedBuild& build,
                        const std::string& header) {
  std::uint64_t key = build.key(content_hash(heddle_dut_driver));
  key = session::hash_words({heddle_dut_protocol, header, design.top}, key);
  key = session::hash_words(kVerilatorFlags, session::hash_words(sources.parameters, key));
  for (const fs::path& file : design.files)
    key = content_hash(read_file(file).value_or(""), content_hash(file.filename().string() + '\0', key));
  return key;
}

Status verilate(const RtlSources& sources, bool trace, const fs::path& directory, const Context& context) {
  ToolCommand command = joined(kVerilatorFlags, {"--Mdir", (directory / "model").string()});
  if (trace) command.push_back("--trace-fst");
  const Status ran = run_design_tool(joined(command, verilator_arguments(sources)), directory, context);
  if (ran || ran.error().code != ErrorCode::kUnsupported) return ran;
  const std::string log = read_file(directory / "tool-0.log").value_or("");
  const std::vector<Note> messages = verilator_messages(log, "Error", sources);
  if (messages.empty()) return ran;
  return fail(Error{ErrorCode::kUnsupported, messages.front().message, messages.front().where, {}, {}});
}

/// Everything in one unit: most of its time goes into Verilator's headers, for each unit again.
Status compile(const session::VerilatedBuild& build, const fs::path& directory, const fs::path& runtime,
               const Context& context) {
  std::string unit = "#include \"dut_driver.cpp\"\n";
  std::vector<std::string> generated;
  for (const auto& entry : fs::directory_iterator(directory / "model"))
    if (entry.path().extension() == ".cpp") generated.push_back(entry.path().filename().string());
  std::sort(generated.begin(), generated.end());
  for (const std::string& file : generated) unit += fmt::format("#include \"{}\"\n", file);
  HEDDLE_TRY(write_file(directory / "unit.cpp", unit));
  ToolCommand command = joined(joined({"g++", "-O2"}, build.compiler_flags()),
                               {"-I" + (directory / "model").string(), "-I" + (build.tools.include / "vltstd").string(),
                                "-o", "dut", "unit.cpp"});
  for (const auto& entry : fs::directory_iterator(runtime)) command.push_back(entry.path().string());
  command.push_back("-pthread");
  if (build.trace) command.push_back("-lz");
  return run_design_tool(command, directory, context);
}

std::string text_of(const std::vector<Note>& notes) {
  Json list = Json::array();
  // Without its directory: the same contents may be found elsewhere.
  for (const Note& note : notes)
    list.push_back({note.message, fs::path(note.where.file).filename().string(), note.where.line, note.where.column});
  return dump_json(list);
}

std::vector<Note> notes_of(const std::string& text) {
  std::vector<Note> notes;
  const Json list = Json::parse(text, nullptr, false);
  if (list.is_array())
    for (const Json& note : list) notes.push_back({note[0], {note[1], note[2], note[3]}});
  return notes;
}

Status build_into(const fs::path& place, const RtlSources& sources, const std::string& header,
                  session::VerilatedBuild build, const fs::path& cache, const Context& context) {
  const TemporaryDirectory scratch(cache);
  const fs::path& directory = scratch.path();
  build.declarations = directory / "dut_protocol.h";
  HEDDLE_TRY(write_file(directory / "dut_driver.cpp", heddle_dut_driver));
  HEDDLE_TRY(write_file(build.declarations, heddle_dut_protocol));
  HEDDLE_TRY(write_file(directory / "dut_ports.h", header));
  context.progress("verilating", 0, 2);
  HEDDLE_TRY(verilate(sources, build.trace, directory, context));
  const std::string log = read_file(directory / "tool-0.log").value_or("");
  HEDDLE_ASSIGN(const fs::path runtime, session::runtime_objects(build, cache, context));
  context.progress("compiling the verilated design", 1, 2);
  HEDDLE_TRY(compile(build, directory, runtime, context));
  const fs::path result = directory / "result";
  std::error_code error;
  fs::create_directory(result, error);
  HEDDLE_TRY(write_file(result / "warnings.json", text_of(verilator_messages(log, "Warning", sources))));
  fs::rename(directory / "dut", result / "dut", error);
  if (!error) fs::rename(result, place, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot write {}: {}", place.string(), error.message()));
  return {};
}

}  // namespace

Result<BuiltRtl> build_user_rtl(const RtlSources& given, const RtlDesign& design, bool trace,
                                const fs::path& cache_directory, const Context& context) {
  RtlSources sources = given;
  sources.top = design.top;
  const fs::path cache = fs::absolute(cache_directory);
  std::error_code error;
  fs::create_directories(cache, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot make directory {}: {}", cache.string(), error.message()));
  session::VerilatedBuild build;
  build.trace = trace;
  {
    const TemporaryDirectory scratch(cache);
    HEDDLE_ASSIGN(build.tools, session::find_verilator(scratch.path(), context));
  }
  const std::string header = ports_header(design);
  const std::string name = "dut-" + hex64(build_key(sources, design, build, header));
  const fs::path place = cache / name;
  const FileLock lock(cache / (name + ".lock"));
  HEDDLE_TRY(lock.acquire(context));
  if (!fs::exists(place)) HEDDLE_TRY(build_into(place, sources, header, build, cache, context));
  return BuiltRtl{place / "dut", notes_of(read_file(place / "warnings.json").value_or(""))};
}

}  // namespace heddle::verify
