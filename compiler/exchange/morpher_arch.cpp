#include "compiler/exchange/morpher_arch.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "compiler/base/files.h"
#include "compiler/exchange/grid_place.h"
#include "compiler/exchange/morpher_pe.h"
#include "compiler/exchange/morpher_words.h"

namespace heddle::exchange {
namespace {

constexpr int kHopLimit = 4;      // Morpher's mapper takes 4 unless told otherwise
constexpr int kConstants = 2;     // an operation has one constant; a memory operation's address needs the base too
constexpr int kLiveOuts = 8;      // OSTORE stands on every PE; not to be what limits
constexpr int kConfigDepth = 64;  // not in the file
constexpr int kDefaultBankBytes = 8192;

class ArchReader {
 public:
  ArchReader(const Document& document, std::string name) : modules_{document} { cgra().name = std::move(name); }

  Result<ImportedCgra> read() {
    if (!modules_.all().is_object()) return error("/ARCH", "expected an object of modules");
    if (!modules_.has("CGRA")) return error("/ARCH", "there is no module CGRA");
    const Json& body = modules_.all().at("CGRA");
    if (!body.is_object() || !body.contains("SUBMODS")) return error("/ARCH/CGRA", "expected an object with SUBMODS");
    cgra().config_depth = kConfigDepth;
    cgra().max_stages = kConfigDepth;
    HEDDLE_TRY(read_submodules(body.at("SUBMODS"), "/ARCH/CGRA/SUBMODS"));
    HEDDLE_TRY(settle_grid());
    name_unread(modules_.document.root, "", {"ARCH"});
    name_unread(body, "/ARCH/CGRA", {"SUBMODS", "CONNECTIONS", "INPUTS", "OUTPUTS", "INTERNALS", "INTERNAL"});
    for (const auto& [pointer, connections] : grid_connections_) HEDDLE_TRY(connect_grid(*connections, pointer));
    if (body.contains("CONNECTIONS")) HEDDLE_TRY(connect_named(body.at("CONNECTIONS"), "/ARCH/CGRA/CONNECTIONS"));
    set_bypass();
    set_memory();
    if (Status status = arch::finish(cgra()); !status) {
      Error fault = std::move(status).error();
      fault.where = modules_.document.mark("/ARCH");
      return fail(std::move(fault));
    }
    return std::move(result_);
  }

 private:
  struct Position {
    int x = 0;
    int y = 0;
    std::string module;
    std::string pointer;
  };

  arch::Cgra& cgra() { return result_.cgra; }

  [[nodiscard]] tl::unexpected<Error> error(const std::string& pointer, const std::string& message,
                                            std::string hint = {}) const {
    return fail(ErrorCode::kBadInput, fmt::format("at {}: {}", pointer, message), modules_.document.mark(pointer),
                std::move(hint));
  }
  void warn(const std::string& pointer, std::string message) {
    result_.warnings.push_back({std::move(message), modules_.document.mark(pointer)});
  }

  /// What stands in the file and is none of what is read here.
  void name_unread(const Json& object, const std::string& pointer, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        warn(pointer_to(pointer, key), fmt::format("{} is not read", key));
  }

  Result<std::string> text(const Json& object, const std::string& pointer, const char* key) const {
    if (!object.contains(key)) return error(pointer, fmt::format("{} is missing", key));
    if (!object.at(key).is_string()) return error(pointer_to(pointer, key), "expected a text");
    return object.at(key).get<std::string>();
  }
  Result<int> number(const Json& object, const std::string& pointer, const char* key, int low, int high) const {
    if (!object.contains(key)) return error(pointer, fmt::format("{} is missing", key));
    const Json& value = object.at(key);
    if (!value.is_number_integer() || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high)
      return error(pointer_to(pointer, key), fmt::format("expected a whole number from {} to {}", low, high));
    return value.get<int>();
  }

  Status read_submodules(const Json& submodules, const std::string& pointer) {
    if (submodules.is_object()) return read_instances(submodules, pointer);
    if (!submodules.is_array()) return error(pointer, "expected a list or an object of modules");
    std::size_t index = 0;
    for (const Json& each : submodules) {
      const std::string at = pointer_to(pointer, index++);
      if (!each.is_object()) return error(at, "expected an object");
      HEDDLE_TRY(each.contains("PATTERN") ? read_grid(each, at) : read_instances(each, at));
    }
    return {};
  }

  Status read_grid(const Json& grid, const std::string& pointer) {
    HEDDLE_ASSIGN(const std::string pattern, text(grid, pointer, "PATTERN"));
    if (pattern != "GRID")
      return error(pointer_to(pointer, "PATTERN"), fmt::format("pattern {} is not known, only GRID", pattern));
    if (!grid_connections_.empty()) return error(pointer, "a second grid: not expressible");
    if (!grid.contains("DIMS") || !grid.at("DIMS").is_object()) return error(pointer, "expected DIMS with X and Y");
    HEDDLE_ASSIGN(columns_, number(grid.at("DIMS"), pointer_to(pointer, "DIMS"), "X", 1, 64));
    HEDDLE_ASSIGN(rows_, number(grid.at("DIMS"), pointer_to(pointer, "DIMS"), "Y", 1, 64));
    const std::string at = pointer_to(pointer, "MODS");
    if (!grid.contains("MODS") || !grid.at("MODS").is_array()) return error(pointer, "expected MODS, a list");
    std::size_t index = 0;
    for (const Json& each : grid.at("MODS")) {
      const std::string here = pointer_to(at, index++);
      if (!each.is_object()) return error(here, "expected an object with X, Y and MOD");
      Position position;
      position.pointer = here;
      HEDDLE_ASSIGN(position.x, number(each, here, "X", 0, columns_ - 1));
      HEDDLE_ASSIGN(position.y, number(each, here, "Y", 0, rows_ - 1));
      HEDDLE_ASSIGN(position.module, text(each, here, "MOD"));
      if (each.contains("name") && each.at("name").is_string()) names_.emplace(each.at("name"), positions_.size());
      positions_.push_back(std::move(position));
    }
    if (!grid.contains("CONNECTIONS") || !grid.at("CONNECTIONS").is_array())
      return error(pointer, "expected CONNECTIONS, a list");
    grid_connections_.emplace_back(pointer_to(pointer, "CONNECTIONS"), &grid.at("CONNECTIONS"));
    name_unread(grid, pointer, {"PATTERN", "DIMS", "MODS", "CONNECTIONS"});
    return {};
  }

  /// Named instances: PEs with their place, and memory banks.
  Status read_instances(const Json& object, const std::string& pointer) {
    for (const auto& [module, instances] : object.items()) {
      const std::string at = pointer_to(pointer, module);
      if (!modules_.has(module)) {
        // Templates of memory variants: a generator fills the banks in.
        warn(at, fmt::format("there is no module {}: taken for a memory bank", module));
        memories_.emplace_back(module, at);
        note_outside(instances, module);
        continue;
      }
      if (!instances.is_array()) return error(at, "expected a list of instances");
      std::size_t index = 0;
      for (const Json& each : instances) {
        const std::string here = pointer_to(at, index++);
        if (!each.is_object()) return error(here, "expected an object");
        if (!is_morpher_pe(modules_, module)) {
          HEDDLE_TRY(refuse_tile(module, here));
          memories_.emplace_back(module, here);
          note_outside(Json::array({each}), module);
          continue;
        }
        Position position{0, 0, module, here};
        HEDDLE_ASSIGN(position.x, number(each, here, "X", 0, 63));
        HEDDLE_ASSIGN(position.y, number(each, here, "Y", 0, 63));
        HEDDLE_ASSIGN(const std::string name, text(each, here, "name"));
        columns_ = std::max(columns_, position.x + 1);
        rows_ = std::max(rows_, position.y + 1);
        names_.emplace(name, positions_.size());
        positions_.push_back(std::move(position));
      }
    }
    return {};
  }

  /// Instances that are no PEs (banks, buses, constant memories): their connections are no links of the array.
  void note_outside(const Json& instances, const std::string& module) {
    outside_.insert(module);
    outside_.insert("THIS");
    if (!instances.is_array()) return;
    for (const Json& each : instances)
      if (each.is_object() && each.contains("name") && each.at("name").is_string()) outside_.insert(each.at("name"));
  }

  /// A module that holds PEs itself is a tile of tiles, not a memory.
  Status refuse_tile(const std::string& module, const std::string& pointer) const {
    const Json& body = modules_.all().at(module);
    if (!body.is_object() || !body.contains("SUBMODS")) return {};
    const Json& inside = body.at("SUBMODS");
    const auto holds_pe = [&](const Json& list) {
      return std::ranges::any_of(list.items(), [&](const auto& each) {
        return modules_.has(each.key()) && is_morpher_pe(modules_, each.key());
      });
    };
    const bool tile = (inside.is_object() && holds_pe(inside)) ||
                      (inside.is_array() && std::ranges::any_of(inside, [&](const Json& each) {
                         return each.is_object() && (each.contains("PATTERN") || holds_pe(each));
                       }));
    if (!tile) return {};
    return error(pointer, fmt::format("{} is a tile that holds PEs: a grid of grids is not expressible", module),
                 "write the PEs of all tiles into one GRID of the module CGRA");
  }

  Status settle_grid() {
    cgra().rows = rows_;
    cgra().columns = columns_;
    cgra().pes.assign(static_cast<std::size_t>(rows_ * columns_), {});
    std::vector<bool> taken(cgra().pes.size(), false);
    for (const Position& position : positions_) {
      HEDDLE_ASSIGN(const int pe_class, class_of(position));
      const auto place = static_cast<std::size_t>(position.y * columns_ + position.x);
      if (taken[place])
        return error(position.pointer, fmt::format("a second module at X {}, Y {}", position.x, position.y));
      taken[place] = true;
      cgra().pes[place] = {position.y, position.x, pe_class};
    }
    for (std::size_t i = 0; i < taken.size(); ++i)
      if (!taken[i])
        return error("/ARCH/CGRA/SUBMODS", fmt::format("no PE at X {}, Y {}: the array is a full rectangle",
                                                       static_cast<int>(i) % columns_, static_cast<int>(i) / columns_));
    return {};
  }

  Result<int> class_of(const Position& position) {
    if (const auto known = classes_.find(position.module); known != classes_.end()) return known->second;
    if (!modules_.has(position.module))
      return error(position.pointer, fmt::format("there is no module {}", position.module));
    if (!is_morpher_pe(modules_, position.module)) {
      HEDDLE_TRY(refuse_tile(position.module, position.pointer));
      return error(position.pointer,
                   fmt::format("{} is not a PE with one functional unit: not expressible", position.module));
    }
    HEDDLE_ASSIGN(MorpherPe pe, read_morpher_pe(modules_, position.module));
    arch::PeClass made;
    made.name = position.module;
    made.registers = pe.registers;
    made.rf_read_ports = std::min(pe.read_ports, 8);
    made.rf_write_ports = std::min(pe.write_ports, 8);
    made.constants = kConstants;
    made.live_outs = kLiveOuts;
    for (const std::string& unit : pe.function_units) {
      arch::PeClass one;
      HEDDLE_TRY(read_operations(unit, one));
      made.memory = made.memory || one.memory;
      for (const auto& [op, timing] : one.operations) {
        const auto [known, is_new] = made.operations.emplace(op, timing);
        if (!is_new && timing.latency < known->second.latency) known->second = timing;
      }
    }
    remark_on(position.module, pe);
    const int index = static_cast<int>(cgra().classes.size());
    cgra().classes.push_back(std::move(made));
    classes_.emplace(position.module, index);
    pes_.push_back(std::move(pe));
    return index;
  }

  void remark_on(const std::string& module, const MorpherPe& pe) {
    const std::string pointer = modules_.pointer(module);
    if (pe.registers_apart)
      warn(pointer_to(pointer, "REGS"), fmt::format("{}: registers at the inputs become one register file with {} read "
                                                    "and {} write ports, which every input can write",
                                                    module, std::min(pe.read_ports, 8), std::min(pe.write_ports, 8)));
    if (!pe.own_result_at_once)
      warn(pointer_to(pointer, "CONNECTIONS"), fmt::format("{}: a result stays readable until the next one, and by its "
                                                           "own unit at once; in the file only over a register",
                                                           module));
    if (pe.function_units.size() > 1)
      warn(pointer_to(pointer, "SUBMODS"),
           fmt::format("{}: {} functional units become one, which takes one operation a cycle", module,
                       pe.function_units.size()));
    if (pe.result_registers > 1)
      warn(pointer_to(pointer, "REGS"), fmt::format("{}: {} result registers become one", module, pe.result_registers));
    for (const std::string& unread : pe.unread)
      warn(unread, fmt::format("{} of {} is not read", unread.substr(unread.rfind('/') + 1), module));
    if (!pe.conflicts.empty())
      warn(pe.conflicts.front(),
           fmt::format("{}: CONFLICTS are not modelled: the unit may read links and registers in one cycle", module));
  }

  /// Latencies by word; several words may be one operation of ours, which takes the longest of them.
  Status read_operations(const std::string& unit, arch::PeClass& made) {
    const std::string pointer = pointer_to(modules_.pointer(unit), "OPS");
    const Json& operations = modules_.all().at(unit).at("OPS");
    if (!operations.is_object()) return error(pointer, "expected an object: operation to latency");
    for (const auto& [name, value] : operations.items()) {
      HEDDLE_ASSIGN(const int latency, number(operations, pointer, name.c_str(), 1, 64));
      if (name == "NOP") continue;
      const MorpherWord* word = morpher_word(name);
      if (word == nullptr) {
        warn(pointer_to(pointer, name), fmt::format("{}: operation {} is none of ours: left out", unit, name));
        continue;
      }
      if (word->form == MorpherWord::Form::kOuterLoad || word->form == MorpherWord::Form::kOuterStore) {
        outer_units_.insert(unit);
        continue;  // needs no operation of its own: decided in set_memory
      }
      add_operation(pointer_to(pointer, name), *word, latency, made);
    }
    return {};
  }

  void add_operation(const std::string& pointer, const MorpherWord& word, int latency, arch::PeClass& made) {
    int taken = latency;
    if (dfg::is_memory(word.op)) {
      made.memory = true;
      taken = dfg::is_store(word.op) ? 1 : std::max(2, latency);
      if (dfg::is_load(word.op) && taken != latency && !warned_load_)
        warn(pointer, fmt::format("latency {} of {}: loads take 2 cycles or more here", latency, word.name));
      if (dfg::is_load(word.op) && taken != latency) warned_load_ = true;
    }
    arch::Timing& timing = made.operations[word.op];
    timing = {std::max(timing.latency, taken), 1};
  }

  arch::PeId pe_at(int x, int y) const { return arch::PeId(static_cast<std::int64_t>(y) * columns_ + x); }

  Status connect_grid(const Json& connections, const std::string& pointer) {
    std::size_t index = 0;
    for (const Json& each : connections) {
      const std::string at = pointer_to(pointer, index++);
      if (!each.is_object()) return error(at, "expected an object with FROM_X, FROM_Y, FROM_PORT, TO_X, TO_Y, TO_PORT");
      std::map<std::string, std::string> field;
      for (const char* key : {"FROM_X", "FROM_Y", "FROM_PORT", "TO_X", "TO_Y", "TO_PORT"}) {
        const bool plain = each.contains(key) && each.at(key).is_number_integer();
        HEDDLE_ASSIGN(field[key], plain ? Result<std::string>(each.at(key).dump()) : text(each, at, key));
      }
      for (int y = 0; y < rows_; ++y)
        for (int x = 0; x < columns_; ++x) {
          int ends[4] = {};
          int end = 0;
          bool wrapped = false;
          for (const char* key : {"FROM_X", "FROM_Y", "TO_X", "TO_Y"}) {
            const auto place = grid_place(field[key], x, y);
            if (!place)
              return error(pointer_to(at, key),
                           fmt::format("\"{}\" is not X, Y, or one of them plus or minus a number, "
                                       "which may stand before % and a number",
                                       field[key]));
            ends[end++] = place->at;
            wrapped = wrapped || place->wrapped;
          }
          const bool inside = ends[0] >= 0 && ends[0] < columns_ && ends[1] >= 0 && ends[1] < rows_ && ends[2] >= 0 &&
                              ends[2] < columns_ && ends[3] >= 0 && ends[3] < rows_;
          if (inside)
            HEDDLE_TRY(add_link(pe_at(ends[0], ends[1]), field["FROM_PORT"], pe_at(ends[2], ends[3]), field["TO_PORT"],
                                at, wrapped));
        }
    }
    return {};
  }

  /// Between named PEs; those to memory banks only say which bank a PE sees.
  Status connect_named(const Json& connections, const std::string& pointer) {
    if (!connections.is_object()) return error(pointer, "expected an object: port to ports");
    for (const auto& [from, targets] : connections.items()) {
      const std::string at = pointer_to(pointer, from);
      if (!targets.is_array()) return error(at, "expected a list of ports");
      if (outside_.count(from.substr(0, from.find('.'))) > 0) continue;
      std::size_t index = 0;
      for (const Json& target : targets) {
        const std::string here = pointer_to(at, index++);
        if (!target.is_string()) return error(here, "expected a port");
        const std::string to = target;
        const auto source = names_.find(from.substr(0, from.find('.')));
        const auto sink = names_.find(to.substr(0, to.find('.')));
        if (source == names_.end() || from.find('.') == std::string::npos)
          return error(at, fmt::format("there is no instance for {}", from));
        if (sink == names_.end()) continue;
        const Position& a = positions_[source->second];
        const Position& b = positions_[sink->second];
        if (to.find('.') == std::string::npos) return error(here, fmt::format("{} names no port", to));
        HEDDLE_TRY(add_link(pe_at(a.x, a.y), from.substr(from.find('.') + 1), pe_at(b.x, b.y),
                            to.substr(to.find('.') + 1), here));
      }
    }
    return {};
  }

  Status add_link(arch::PeId from, const std::string& from_port, arch::PeId to, const std::string& to_port,
                  const std::string& pointer, bool wrapped = false) {
    const auto& source = pes_[static_cast<std::size_t>(cgra().pe(from).pe_class)];
    const auto& sink = pes_[static_cast<std::size_t>(cgra().pe(to).pe_class)];
    if (source.outputs.count(from_port) == 0)
      return error(pointer, fmt::format("{} has no output {}", cgra().pe_class(from).name, from_port));
    if (sink.inputs.count(to_port) == 0)
      return error(pointer, fmt::format("{} has no input {}", cgra().pe_class(to).name, to_port));
    const bool driven = source.dead_outputs.count(from_port) == 0;
    if (!driven || sink.dead_inputs.count(to_port) > 0) {
      const std::string what =
          driven ? fmt::format("input {} of {} reaches nothing", to_port, cgra().pe_class(to).name)
                 : fmt::format("nothing reaches output {} of {}", from_port, cgra().pe_class(from).name);
      if (dead_said_.emplace(pointer, what).second) warn(pointer, fmt::format("{}: no link", what));
      return {};
    }
    if (from == to) return error(pointer, "a connection from a PE to itself: not expressible");
    std::string name =
        from_port.size() > 2 && from_port.ends_with("_O") ? from_port.substr(0, from_port.size() - 2) : from_port;
    if (link_names_.count({from, name}) > 0) {
      warn(pointer,
           fmt::format("output {} drives several PEs: each gets a link of its own, which may carry different values",
                       from_port));
      const std::string plain = name;
      for (int copy = 2; link_names_.count({from, name}) > 0; ++copy) name = fmt::format("{}_{}", plain, copy);
    }
    link_names_.emplace(from, name);
    cgra().links.push_back({from, to, name, wrapped});
    return {};
  }

  void set_bypass() {
    bool any = false;
    bool all = true;
    bool few = false;
    for (const MorpherPe& pe : pes_) {
      any = any || pe.passing > 0;
      // A way straight back may be missing.
      const int pairs = static_cast<int>(pe.inputs.size() * pe.outputs.size());
      all = all && pe.passing >= pairs - static_cast<int>(std::max(pe.inputs.size(), pe.outputs.size()));
      few = few || (pe.passing > 0 && 2 * pe.passing < pairs);
    }
    if (!any) return;
    if (few) {
      warn("/ARCH/CGRA",
           "few inputs pass on to an output without a register (a bus): not modelled, here each PE takes a "
           "cycle");
      return;
    }
    cgra().bypass = {kHopLimit, arch::Turns::kAny};
    warn("/ARCH/CGRA",
         fmt::format(
             "values pass several PEs in a cycle, and the file has no limit: {} links, as Morpher's mapper takes",
             kHopLimit));
    if (!all) warn("/ARCH/CGRA", "not every input passes on to every output in the file; here it does");
  }

  void set_memory() {
    // Outer loads on units without a memory port are live-ins; else they are memory operations.
    std::size_t with = 0;
    std::size_t without_memory = 0;
    for (std::size_t i = 0; i < pes_.size(); ++i)
      for (const std::string& unit : pes_[i].function_units)
        if (outer_units_.count(unit) > 0) ++(cgra().classes[i].memory ? with : without_memory);
    result_.outer_memory = with > 0 && without_memory == 0;
    for (arch::PeClass& each : cgra().classes) each.operations.emplace(dfg::Opcode::kMov, arch::Timing{1, 1});
    set_scratchpad();
  }

  void set_scratchpad() {
    arch::Scratchpad& pad = cgra().scratchpad;
    pad.interleaved = true;
    std::size_t memory_pes = 0;
    for (const arch::Pe& pe : cgra().pes)
      memory_pes += cgra().classes[static_cast<std::size_t>(pe.pe_class)].memory ? 1 : 0;
    const auto banks = std::bit_ceil(std::max<std::size_t>(1, memories_.empty() ? memory_pes : memories_.size()));
    pad.banks = static_cast<int>(std::min<std::size_t>(banks, 64));
    pad.bank_bytes = kDefaultBankBytes;
    pad.ports = 1;
    if (memories_.empty()) return;
    const auto& [module, pointer] = memories_.front();
    const Json body = modules_.has(module) ? modules_.all().at(module) : Json();
    if (body.is_object() && body.contains("TSOCKETS"))
      pad.ports = static_cast<int>(std::clamp<std::size_t>(body.at("TSOCKETS").size(), 1, 2));
    if (modules_.has("SPM") && modules_.all().at("SPM").is_object()) {
      const Json& spm = modules_.all().at("SPM");
      if (spm.contains("MEM") && spm.at("MEM").is_object() && spm.at("MEM").contains("SIZE") &&
          spm.at("MEM").at("SIZE").is_number_unsigned())
        pad.bank_bytes = static_cast<std::int64_t>(
            std::bit_floor(std::clamp<std::uint64_t>(spm.at("MEM").at("SIZE").get<std::uint64_t>(), 8, 1U << 24U)));
    }
    warn(pointer, fmt::format("{} memory banks: here every memory PE reaches every bank, and the bank of an address is "
                              "its interleaving; DATA_LAYOUT is not read",
                              memories_.size()));
  }

  MorpherModules modules_;
  ImportedCgra result_;
  int rows_ = 0;
  int columns_ = 0;
  std::vector<Position> positions_;
  std::map<std::string, std::size_t> names_;  ///< instance -> position
  std::vector<std::pair<std::string, const Json*>> grid_connections_;
  std::vector<std::pair<std::string, std::string>> memories_;  ///< module and pointer
  std::set<std::string> outside_;                              ///< instances and modules that are no PEs
  std::map<std::string, int> classes_;
  std::vector<MorpherPe> pes_;  ///< by class
  std::set<std::pair<arch::PeId, std::string>> link_names_;
  std::set<std::string> outer_units_;
  bool warned_load_ = false;
  std::set<std::pair<std::string, std::string>> dead_said_;  ///< pointer and message
};

}  // namespace

bool is_morpher_arch(const Document& document) { return document.root.is_object() && document.root.contains("ARCH"); }

Result<ImportedCgra> read_morpher_arch(const Document& document, const std::string& name) {
  return ArchReader(document, name).read();
}

}  // namespace heddle::exchange
