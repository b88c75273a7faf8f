// A compiled program with changed files: `heddle explain` and `report` refuse it or work, and never call it a
// defect of their own. The input is a JSON object: by file name, a JSON Patch (RFC 6902) of the good file, or, if it is
// not an array, what replaces the file.
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "compiler/base/files.h"
#include "compiler/codegen/image.h"
#include "compiler/dfg/text.h"
#include "runtime/cli/app.h"
#include "runtime/session/program_files.h"
#include "runtime/session/report_json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/pair_array.h"

namespace {

using namespace heddle;
namespace fs = std::filesystem;

constexpr const char* kGraph = R"(graph sum word 32 trip 9
array a element 4 read
array b element 4 write
live_in x
live_out total
%n0 = add %n0@1 init -1, 1
%n1 = load_s32 a[%n0 << 2]
%n2 = add %n2@1 init 0, %n1 live_out total
%n3 = mul %n2, $x
%n4 = store_32 b[%n0 << 2], %n3
)";

session::CompiledProgram good_program() {
  session::CompiledProgram program;
  program.cgra = testing_support::pair_array();
  program.source = "sum.c";
  program.kernels.emplace_back();
  program.kernels.back().name = "sum";
  program.kernels.back().parameters.resize(2);
  program.kernels.back().parameters[1].kind = frontend::Parameter::Kind::kPointer;
  session::RegionResult result;
  result.source.name = "sum_4";
  result.source.function = "sum";
  result.source.where = {"sum.c", 4, 3};
  result.source.graph = result.legal = dfg::parse_text(kGraph, "sum.dfg").value();
  const mapper::Problem problem{result.legal, program.cgra};
  result.answer = mapper::solve("heuristic", problem, {}, Context{}).value();
  const mapper::Mapping& mapping = result.answer->mapping.value();
  program.regions = {{"sum_4", result.legal, mapping, codegen::encode_image(problem, mapping), ""}};
  session::CompileRequest request;
  request.cgra = program.cgra;
  request.frontend.source = "sum.c";
  program.report = session::report_json(request, {}, {result}, "");
  return program;
}

class Directory {
 public:
  Directory() : path_(fs::temp_directory_path() / ("heddle_fuzz_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
    fuzz::require(session::write_program(good_program(), path_).has_value(), "the good program was not written");
    for (const char* name : {"program.json", "arch.json", "report.json", "regions/sum_4.dfg.json",
                             "regions/sum_4.mapping.json", "regions/sum_4.image.json"})
      good_[name] = parse_json(read_file(path_ / name).value(), name).value().root;
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

  /// False if a patch does not apply.
  bool change(const Json& changes) {
    for (const auto& [name, change] : changes.items()) {
      const auto good = good_.find(name);
      const bool optional = name == "simulation.json" || name == "verification.json" || name == "sources.json";
      if (good == good_.end() && !optional) continue;
      try {
        const bool patch = good != good_.end() && change.is_array();
        fuzz::require(write_file(path_ / name, dump_json(patch ? good->second.patch(change) : change)).has_value(),
                      "cannot write");
        changed_.push_back(name);
      } catch (const Json::exception&) {
        return false;
      }
    }
    return true;
  }

  void restore() {
    for (const std::string& name : changed_) {
      if (good_.contains(name)) {
        fuzz::require(write_file(path_ / name, dump_json(good_[name])).has_value(), "cannot write");
      } else {
        fs::remove(path_ / name);
      }
    }
    changed_.clear();
  }

 private:
  fs::path path_;
  std::map<std::string, Json> good_;
  std::vector<std::string> changed_;
};

int heddle_status(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  cli::Process process{out, err};
  process.heddle_data = HEDDLE_BINARY_DIR "/share/heddle";
  const int status = cli::run(arguments, process);
  fuzz::require(status >= 0 && status <= 2, "'" + arguments.front() + "' ended with " + err.str());
  fuzz::require(status != 2 || err.str().find("error") != std::string::npos, "refused without a word");
  return status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Directory directory;
  const auto changes = parse_json(fuzz::text_of(data, size), "input");
  if (!changes || !changes->root.is_object()) return 0;
  if (directory.change(changes->root)) {
    const std::string path = directory.path().string();
    const int explained = heddle_status({"explain", path});
    fuzz::require(heddle_status({"explain", path, "--format=json"}) == explained, "text and JSON differ");
    const int status = heddle_status({"report", path});
    if (changes->root.empty()) fuzz::require(explained == 0 && status == 0, "the good program is refused");
    heddle_status({"report", path, "--svg", "sum_4"});
  }
  directory.restore();
  return 0;
}
