#include "systemc_models/cgra/fst.h"

#include <fmt/format.h>
#include <fstapi.h>

#include <charconv>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>

namespace heddle::systemc {
namespace {

struct CloseWriter {
  void operator()(void* writer) const { fstWriterClose(writer); }
};
using Writer = std::unique_ptr<void, CloseWriter>;

class Converter {
 public:
  Converter(std::ifstream& vcd, std::string file, void* writer) : vcd_(vcd), file_(std::move(file)), writer_(writer) {}

  Status run() {
    for (std::string line; std::getline(vcd_, line);) {
      ++line_;
      HEDDLE_TRY(in_header_ ? header(line) : change(line));
    }
    return in_header_ ? bad("the declarations do not end") : Status{};
  }

 private:
  struct Variable {
    fstHandle handle = 0;
    std::size_t width = 0;
  };

  [[nodiscard]] tl::unexpected<Error> bad(const std::string& message) const {
    return fail(ErrorCode::kBadInput, message, {file_, line_, 0});
  }

  Status header(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "$timescale") {
      std::string unit;
      if (std::getline(vcd_, unit)) ++line_;
      fstWriterSetTimescaleFromString(writer_, unit.c_str());
    } else if (word == "$scope") {
      std::string kind, name;
      words >> kind >> name;
      fstWriterSetScope(writer_, FST_ST_VCD_MODULE, name.c_str(), nullptr);
    } else if (word == "$upscope") {
      fstWriterSetUpscope(writer_);
    } else if (word == "$var") {
      return declare(words);
    } else if (word == "$enddefinitions") {
      in_header_ = false;
    }
    return {};
  }

  /// wire WIDTH ID NAME [RANGE] $end
  Status declare(std::istringstream& words) {
    std::string kind, id, name;
    std::size_t width = 0;
    words >> kind >> width >> id >> name;
    if (!words || width == 0) return bad("expected a variable with width, code and name");
    const fstHandle handle = fstWriterCreateVar(writer_, FST_VT_VCD_WIRE, FST_VD_IMPLICIT,
                                                static_cast<std::uint32_t>(width), name.c_str(), 0);
    variables_[id] = {handle, width};
    return {};
  }

  /// "#TIME", "0ID", "bDIGITS ID"; other lines ($dumpvars, comments) say nothing.
  Status change(const std::string& line) {
    if (in_comment_ || line.starts_with("$comment")) {
      in_comment_ = line.find("$end") == std::string::npos;
      return {};
    }
    if (line.empty() || line[0] == '$') return {};
    if (line[0] == '#') {
      std::uint64_t time = 0;
      const char* end = line.data() + line.size();
      if (std::from_chars(line.data() + 1, end, time).ptr != end) return bad("expected a time");
      fstWriterEmitTimeChange(writer_, time);
      return {};
    }
    const bool vector = line[0] == 'b';
    const std::size_t space = vector ? line.find(' ') : 0;
    if (space == std::string::npos) return bad("expected a value and a code");
    return emit(vector ? line.substr(1, space - 1) : line.substr(0, 1), line.substr(space + 1));
  }

  Status emit(std::string digits, const std::string& id) {
    const auto found = variables_.find(id);
    if (found == variables_.end()) return bad("a value of an unknown variable");
    const auto [handle, width] = found->second;
    if (digits.empty() || digits.size() > width) return bad("a value that is wider than its variable");
    // VCD leaves leading zeros out, FST wants all digits.
    const char fill = digits[0] == 'x' || digits[0] == 'z' ? digits[0] : '0';
    digits.insert(0, width - digits.size(), fill);
    fstWriterEmitValueChange(writer_, handle, digits.data());
    return {};
  }

  std::ifstream& vcd_;
  std::string file_;
  void* writer_;
  std::unordered_map<std::string, Variable> variables_;
  int line_ = 0;
  bool in_header_ = true;
  bool in_comment_ = false;
};

}  // namespace

Status convert_to_fst(const std::filesystem::path& vcd, const std::filesystem::path& fst) {
  std::ifstream input(vcd);
  if (!input) return fail(ErrorCode::kIo, "cannot read the waveform '" + vcd.string() + "'");
  const Writer writer(fstWriterCreate(fst.c_str(), /*use_compressed_hier=*/1));
  if (!writer) return fail(ErrorCode::kIo, "cannot write the waveform '" + fst.string() + "'");
  fstWriterSetPackType(writer.get(), FST_WR_PT_LZ4);
  return Converter(input, vcd.string(), writer.get()).run();
}

}  // namespace heddle::systemc
