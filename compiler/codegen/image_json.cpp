#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <utility>

#include "compiler/base/files.h"
#include "compiler/codegen/image.h"

extern const char* const heddle_image_schema;

namespace heddle::codegen {
namespace {

using Chunks = std::vector<std::uint32_t>;

const Json& schema() {
  static const Json parsed = Json::parse(heddle_image_schema);
  return parsed;
}

/// "0000002a 00000000": 8 hex digits a chunk, low chunk first.
std::string spell(const Chunks& chunks) {
  std::string text;
  for (const std::uint32_t chunk : chunks) text += fmt::format("{}{:08x}", text.empty() ? "" : " ", chunk);
  return text;
}

Json loop_json(const dfg::Immediate& trips) {
  if (trips.kind == dfg::Immediate::Kind::kLiveIn) return {{"live_in", trips.live_in.value}};
  return {{"constant", trips.value}};
}

Json patch_json(const Patch& patch) {
  Json json = {{"pe", patch.pe.value}, {"slot", patch.slot}, {"constant", patch.constant}};
  if (patch.value.kind == dfg::Immediate::Kind::kLiveIn) {
    json["live_in"] = patch.value.live_in.value;
  } else {
    json["array"] = patch.value.array.value;
    json["offset"] = patch.value.value;
  }
  return json;
}

class Reader {
 public:
  Reader(const Document& document, const arch::Cgra& cgra) : document_(document), root_(document.root), cgra_(cgra) {}

  Result<Image> read() {
    HEDDLE_TRY(validate_schema(document_, schema()));
    image_.region = root_["region"].get<std::string>();
    HEDDLE_TRY(read_architecture());
    HEDDLE_ASSIGN(image_.ii, integer("/ii", 1, cgra_.config_depth));
    HEDDLE_ASSIGN(image_.schedule_length, integer("/schedule_length", 1, std::numeric_limits<int>::max()));
    HEDDLE_TRY(read_words());
    HEDDLE_TRY(read_banks());
    HEDDLE_TRY(read_loops());
    for (std::size_t i = 0; i < root_["patches"].size(); ++i) HEDDLE_TRY(read_patch(pointer_to("/patches", i)));
    for (std::size_t i = 0; i < root_["live_outs"].size(); ++i) HEDDLE_TRY(read_live_out(i));
    return std::move(image_);
  }

 private:
  tl::unexpected<Error> fail_at(const std::string& pointer, const std::string& message) const {
    return fail(ErrorCode::kBadInput, fmt::format("at {}: {}", pointer, message), document_.mark(pointer));
  }

  [[nodiscard]] const Json& at(const std::string& pointer) const { return root_.at(Json::json_pointer(pointer)); }

  [[nodiscard]] Result<int> integer(const std::string& pointer, std::int64_t low, std::int64_t high) const {
    const Json& json = at(pointer);
    const bool huge = json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
    if (!json.is_number_integer() || huge || json.get<std::int64_t>() < low || json.get<std::int64_t>() > high)
      return fail_at(pointer, fmt::format("expected an integer from {} to {}", low, high));
    return static_cast<int>(json.get<std::int64_t>());
  }

  Status read_architecture() {
    image_.arch = root_["architecture"].get<std::string>();
    image_.arch_hash = architecture_hash(cgra_);
    const auto hash = root_["architecture_hash"].get<std::string>();
    if (hash == hex64(image_.arch_hash)) return {};
    return fail_at("/architecture_hash", fmt::format("made for architecture '{}' ({}), not for this '{}' ({})",
                                                     image_.arch, hash, cgra_.name, hex64(image_.arch_hash)));
  }

  Status read_words() {
    const Json& words = root_["words"];
    if (words.size() != cgra_.pes.size())
      return fail_at("/words", fmt::format("words of {} PEs, the array has {}", words.size(), cgra_.pes.size()));
    for (std::size_t pe = 0; pe < words.size(); ++pe) {
      const std::string pointer = pointer_to("/words", pe);
      const int chunks = layout(layout_parameters(cgra_, arch::PeId(static_cast<std::int64_t>(pe)))).chunks;
      if (words[pe].size() != static_cast<std::size_t>(image_.ii))
        return fail_at(pointer, fmt::format("{} words, the II is {}", words[pe].size(), image_.ii));
      image_.words.emplace_back();
      for (std::size_t slot = 0; slot < words[pe].size(); ++slot) {
        HEDDLE_ASSIGN(Chunks word, read_word(pointer_to(pointer, slot), static_cast<std::size_t>(chunks)));
        image_.words.back().push_back(std::move(word));
      }
    }
    return {};
  }

  [[nodiscard]] Result<Chunks> read_word(const std::string& pointer, std::size_t chunks) const {
    const auto text = at(pointer).get<std::string>();
    Chunks word(chunks);
    const auto malformed = [&] { return fail_at(pointer, fmt::format("expected {} chunks of 8 hex digits", chunks)); };
    if (text.size() + 1 != chunks * 9) return malformed();
    for (std::size_t i = 0; i < chunks; ++i) {
      const char* start = text.data() + i * 9;
      const auto parsed = std::from_chars(start, start + 8, word[i], 16);
      if (parsed.ptr != start + 8 || (i + 1 < chunks && start[8] != ' ')) return malformed();
    }
    return word;
  }

  Status read_banks() {
    for (std::size_t i = 0; i < root_["banks"].size(); ++i) {
      HEDDLE_ASSIGN(const int bank, integer(pointer_to("/banks", i), -1, cgra_.scratchpad.banks - 1));
      image_.banks.push_back(bank);
    }
    return {};
  }

  Status read_loops() {
    if (!root_.contains("loops")) return {};
    const Json& loops = root_["loops"];
    if (std::cmp_greater(loops.size(), cgra_.loop_levels))
      return fail_at("/loops",
                     fmt::format("{} inner loops, the array's loop unit counts {}", loops.size(), cgra_.loop_levels));
    for (std::size_t i = 0; i < loops.size(); ++i) {
      const std::string pointer = pointer_to("/loops", i);
      if (loops[i].size() != 1) return fail_at(pointer, "expected either constant or live_in");
      if (loops[i].contains("live_in")) {
        HEDDLE_ASSIGN(const int number, integer(pointer + "/live_in", 0, std::numeric_limits<int>::max()));
        image_.loops.push_back(dfg::Immediate::of_live_in(dfg::LiveInId(number)));
        continue;
      }
      const Json& trips = loops[i]["constant"];
      if (!trips.is_number_integer() || trips < 1 || trips > std::numeric_limits<std::uint32_t>::max())
        return fail_at(pointer + "/constant", "expected an integer from 1 to 4294967295");
      image_.loops.push_back(dfg::Immediate::constant(trips.get<std::int64_t>()));
    }
    return {};
  }

  [[nodiscard]] Result<arch::PeId> pe(const std::string& pointer) const {
    HEDDLE_ASSIGN(const int number, integer(pointer + "/pe", 0, static_cast<std::int64_t>(cgra_.pes.size()) - 1));
    return arch::PeId(number);
  }

  Status read_patch(const std::string& pointer) {
    Patch patch;
    HEDDLE_ASSIGN(patch.pe, pe(pointer));
    HEDDLE_ASSIGN(patch.slot, integer(pointer + "/slot", 0, image_.ii - 1));
    HEDDLE_ASSIGN(patch.constant, integer(pointer + "/constant", 0, cgra_.pe_class(patch.pe).constants - 1));
    const Json& json = at(pointer);
    if (json.contains("live_in") == json.contains("array")) return fail_at(pointer, "expected either live_in or array");
    if (json.contains("live_in")) {
      if (json.contains("offset")) return fail_at(pointer + "/offset", "a live-in has no offset");
      HEDDLE_ASSIGN(const int number, integer(pointer + "/live_in", 0, std::numeric_limits<int>::max()));
      patch.value = dfg::Immediate::of_live_in(dfg::LiveInId(number));
    } else {
      HEDDLE_ASSIGN(const int number,
                    integer(pointer + "/array", 0, static_cast<std::int64_t>(image_.banks.size()) - 1));
      patch.value = dfg::Immediate::array_base(dfg::ArrayId(number), 0);
      if (json.contains("offset")) HEDDLE_TRY(read_offset(pointer + "/offset", patch.value.value));
    }
    image_.patches.push_back(patch);
    return {};
  }

  Status read_offset(const std::string& pointer, std::int64_t& offset) const {
    const Json& json = at(pointer);
    if (!json.is_number_integer() ||
        (json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()))
      return fail_at(pointer, "the integer is out of range");
    offset = json.get<std::int64_t>();
    return {};
  }

  Status read_live_out(std::size_t number) {
    const std::string pointer = pointer_to("/live_outs", number);
    LiveOutPlace place;
    HEDDLE_ASSIGN(place.number, integer(pointer + "/number", 0, std::numeric_limits<int>::max()));
    if (static_cast<std::size_t>(place.number) != number)
      return fail_at(pointer, fmt::format("expected live-out {}", number));
    HEDDLE_ASSIGN(place.pe, pe(pointer));
    HEDDLE_ASSIGN(place.index, integer(pointer + "/index", 0, cgra_.pe_class(place.pe).live_outs - 1));
    image_.live_outs.push_back(place);
    return {};
  }

  const Document& document_;
  const Json& root_;
  const arch::Cgra& cgra_;
  Image image_;
};

}  // namespace

Json to_json(const Image& image) {
  Json root = {{"schema", "heddle.image/2"},
               {"region", image.region},
               {"architecture", image.arch},
               {"architecture_hash", hex64(image.arch_hash)},
               {"ii", image.ii},
               {"schedule_length", image.schedule_length},
               {"banks", image.banks},
               {"patches", Json::array()},
               {"live_outs", Json::array()},
               {"words", Json::array()}};
  // Only where there are any: arrays without a loop unit keep their images.
  for (const dfg::Immediate& trips : image.loops) root["loops"].push_back(loop_json(trips));
  for (const Patch& patch : image.patches) root["patches"].push_back(patch_json(patch));
  for (const LiveOutPlace& place : image.live_outs)
    root["live_outs"].push_back({{"number", place.number}, {"pe", place.pe.value}, {"index", place.index}});
  for (const auto& pe : image.words) {
    root["words"].push_back(Json::array());
    for (const Chunks& word : pe) root["words"].back().push_back(spell(word));
  }
  return root;
}

Result<Image> image_from_json(const Document& document, const arch::Cgra& cgra) {
  return Reader(document, cgra).read();
}

}  // namespace heddle::codegen
