#include "runtime/report/layers_energy.h"

#include <fmt/format.h>

#include <algorithm>

#include "cost_models/energy/energy.h"
#include "runtime/report/text_table.h"

namespace heddle::report {
namespace {

/// What the memory moves beyond the words of the host port, since it moves whole bursts.
std::int64_t rest_of_bursts(const Json& layer, const codegen::Activity& activity) {
  const auto words = static_cast<std::int64_t>(activity.scratchpad_words_in + activity.scratchpad_words_out);
  return std::max<std::int64_t>(0, layer.value("dram_bytes", std::int64_t{0}) - 4 * words);
}

Result<energy::EnergyAccount> account_of(const codegen::Activity& activity, std::int64_t rest, const arch::Cgra& cgra) {
  const energy::EnergyTable& table = energy::built_in_table();
  HEDDLE_ASSIGN(energy::EnergyAccount account, energy::account(activity, cgra, table));
  if (rest == 0) return account;
  const energy::Picojoules taken = static_cast<double>(rest) * table.byte_of("dram");
  account.items.push_back({"rest of DRAM bursts", static_cast<std::uint64_t>(rest), static_cast<double>(rest), taken});
  account.total += taken;
  return account;
}

Json range_json(const energy::Picojoules& energy) {
  return {{"pj", energy.value}, {"low", energy.low}, {"high", energy.high}};
}

/// Multiply-accumulates count as two operations; an operation a picojoule is a tera-operation a second and watt.
double tops_per_watt(std::int64_t macs, double picojoules) {
  return picojoules > 0 ? 2 * static_cast<double>(macs) / picojoules : 0;
}

}  // namespace

Status add_energy(Json& layers, const arch::Cgra& cgra) {
  codegen::Activity all;
  std::int64_t rest = 0;
  std::int64_t macs = 0;
  std::vector<std::pair<Json*, Json>> found;
  for (Json& layer : layers["layers"]) {
    if (!layer.contains("activity")) continue;
    HEDDLE_ASSIGN(const codegen::Activity activity, codegen::activity_from_json(layer["activity"]));
    const std::int64_t own_rest = rest_of_bursts(layer, activity);
    const auto account = account_of(activity, own_rest, cgra);
    if (!account && account.error().code == ErrorCode::kUnsupported) return {};
    if (!account) return fail(account.error());
    found.emplace_back(&layer, range_json(account->total));
    all += activity;
    rest += own_rest;
    macs += layer["macs"].get<std::int64_t>();
  }
  if (found.empty()) return {};
  for (auto& [layer, energy] : found) (*layer)["energy"] = std::move(energy);
  HEDDLE_ASSIGN(const energy::EnergyAccount account, account_of(all, rest, cgra));
  layers["energy"] = energy::to_json(account, energy::built_in_table());
  layers["energy"]["macs"] = macs;
  layers["energy"]["tops_per_watt"] = tops_per_watt(macs, account.total.value);
  return {};
}

std::string scaled_energy(double picojoules) {
  if (picojoules >= 1e9) return fmt::format("{:.2f} mJ", picojoules / 1e9);
  if (picojoules >= 1e6) return fmt::format("{:.2f} µJ", picojoules / 1e6);
  if (picojoules >= 1e3) return fmt::format("{:.2f} nJ", picojoules / 1e3);
  return fmt::format("{:.2f} pJ", picojoules);
}

std::string layers_energy_text(const Json& layers) {
  if (!layers.contains("energy")) return {};
  const Json& total = layers["energy"];
  TextTable table({"layer", "MACs", "DRAM bytes", "energy (model)", "low", "high", "share"});
  const auto row = [&](const std::string& name, const Json& macs, const Json& bytes, const Json& energy) {
    const auto of = [&](const char* key) { return scaled_energy(energy[key].get<double>()); };
    table.add({name, grouped(macs.get<std::int64_t>()), bytes.is_null() ? "-" : grouped(bytes.get<std::int64_t>()),
               of("pj"), of("low"), of("high"),
               fmt::format("{:.1f} %", 100 * energy["pj"].get<double>() / total["total"]["pj"].get<double>())});
  };
  std::string uncounted;
  for (const Json& layer : layers["layers"]) {
    if (layer.contains("energy"))
      row(layer["name"], layer["macs"], layer.value("dram_bytes", Json(nullptr)), layer["energy"]);
    else
      uncounted += (uncounted.empty() ? "" : ", ") + layer["name"].get<std::string>();
  }
  row("all", total["macs"], Json(nullptr), total["total"]);
  std::string text = table.text(kTableColumns);
  if (!uncounted.empty())
    text += "without energy, since their work is not on the array or not counted: " + uncounted + "\n";
  return text + fmt::format("{:.3f} TOPS-equivalent per W (model: two operations a multiply-accumulate)\n",
                            total["tops_per_watt"].get<double>());
}

}  // namespace heddle::report
