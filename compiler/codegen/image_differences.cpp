#include <fmt/format.h>

#include <algorithm>

#include "compiler/codegen/image.h"

namespace heddle::codegen {
namespace {

using Chunks = std::vector<std::uint32_t>;

std::string pe_name(const arch::Cgra& cgra, arch::PeId pe) {
  return pe.valid() && pe.index() < cgra.pes.size() ? fmt::format("PE ({},{})", cgra.pe(pe).row, cgra.pe(pe).column)
                                                    : fmt::format("PE {}", pe.value);
}

/// Bits beyond the end read as 0.
std::uint64_t field_value(const Chunks& chunks, const Field& field) {
  std::uint64_t value = 0;
  for (int bit = 0; bit < field.width; ++bit) {
    const auto place = static_cast<unsigned>(field.lsb + bit);
    const std::uint64_t set = place / 32 < chunks.size() ? (chunks[place / 32] >> (place % 32)) & 1U : 0;
    value |= set << static_cast<unsigned>(bit);
  }
  return value;
}

class Comparison {
 public:
  Comparison(const arch::Cgra& cgra, const Image& image, const Image& expected)
      : cgra_(cgra), image_(image), expected_(expected) {}

  std::vector<std::string> run() {
    compare("region", image_.region, expected_.region);
    compare("architecture", image_.arch, expected_.arch);
    compare("architecture hash", image_.arch_hash, expected_.arch_hash);
    compare("II", image_.ii, expected_.ii);
    compare("schedule length", image_.schedule_length, expected_.schedule_length);
    for (std::size_t pe = 0; pe < std::max(image_.words.size(), expected_.words.size()); ++pe) compare_pe(pe);
    compare_lists("patch", image_.patches, expected_.patches, [this](const Patch& patch) { return describe(patch); });
    compare_lists("live-out place", image_.live_outs, expected_.live_outs, [this](const LiveOutPlace& place) {
      return fmt::format("live-out {} in {} register {}", place.number, pe_name(cgra_, place.pe), place.index);
    });
    compare_lists("trip count of inner loop", image_.loops, expected_.loops,
                  [](const dfg::Immediate& trips) { return describe(trips); });
    compare_lists("bank of array", image_.banks, expected_.banks, [](int bank) { return fmt::format("{}", bank); });
    return std::move(found_);
  }

 private:
  template <class T>
  void compare(const std::string& what, const T& got, const T& expected) {
    if (got != expected) found_.push_back(fmt::format("{}: {}, expected {}", what, got, expected));
  }

  template <class T, class Describe>
  void compare_lists(const std::string& what, const std::vector<T>& got, const std::vector<T>& expected,
                     const Describe& describe_entry) {
    for (std::size_t i = 0; i < std::max(got.size(), expected.size()); ++i) {
      const std::string left = i < got.size() ? describe_entry(got[i]) : "none";
      const std::string right = i < expected.size() ? describe_entry(expected[i]) : "none";
      compare(fmt::format("{} {}", what, i), left, right);
    }
  }

  void compare_pe(std::size_t pe) {
    static const std::vector<Chunks> none;
    const auto& got = pe < image_.words.size() ? image_.words[pe] : none;
    const auto& expected = pe < expected_.words.size() ? expected_.words[pe] : none;
    const arch::PeId id(static_cast<std::int64_t>(pe));
    if (pe >= cgra_.pes.size() || got.size() != expected.size()) {
      compare(fmt::format("{} slots", pe_name(cgra_, id)), got.size(), expected.size());
      return;
    }
    const Layout fields = layout(layout_parameters(cgra_, id));
    for (std::size_t slot = 0; slot < got.size(); ++slot) compare_word(id, slot, fields, got[slot], expected[slot]);
  }

  void compare_word(arch::PeId pe, std::size_t slot, const Layout& fields, const Chunks& got, const Chunks& expected) {
    if (got == expected) return;
    const std::string where = fmt::format("{} slot {}", pe_name(cgra_, pe), slot);
    const std::size_t before = found_.size();
    for (const Field& field : fields.fields)
      compare(where + " field " + field.name, field_value(got, field), field_value(expected, field));
    if (found_.size() == before) found_.push_back(where + ": bits outside all fields differ");
  }

  [[nodiscard]] static std::string describe(const dfg::Immediate& value) {
    if (value.kind == dfg::Immediate::Kind::kLiveIn) return fmt::format("live-in {}", value.live_in.value);
    if (value.kind == dfg::Immediate::Kind::kConstant) return fmt::format("{}", value.value);
    return fmt::format("base of array {} {:+}", value.array.value, value.value);
  }

  [[nodiscard]] std::string describe(const Patch& patch) const {
    return fmt::format("{} slot {} const[{}] = {}", pe_name(cgra_, patch.pe), patch.slot, patch.constant,
                       describe(patch.value));
  }

  const arch::Cgra& cgra_;
  const Image& image_;
  const Image& expected_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(const arch::Cgra& cgra, const Image& image, const Image& expected) {
  return Comparison(cgra, image, expected).run();
}

}  // namespace heddle::codegen
