#include "runtime/cli/outcome.h"

#include <fmt/format.h>

#include "compiler/base/files.h"
#include "compiler/dfg/number_text.h"
#include "compiler/tensor/tensor.h"

namespace heddle::cli {
namespace {

constexpr std::size_t kShownValues = 8;

Json launches_json(const session::CompiledProgram& program, const std::vector<session::LaunchRecord>& launches) {
  Json list = Json::array();
  const session::LaunchRecord* last = nullptr;
  for (const session::LaunchRecord& launch : launches) {
    const bool same = last != nullptr && last->region == launch.region && last->trip_count == launch.trip_count &&
                      last->cycles == launch.cycles && last->how == launch.how && last->backend == launch.backend &&
                      last->refused == launch.refused;
    last = &launch;
    if (same) {
      list.back()["count"] = list.back()["count"].get<std::int64_t>() + 1;
      continue;
    }
    Json entry{{"region", program.regions[static_cast<std::size_t>(launch.region)].name},
               {"count", 1},
               {"trip_count", launch.trip_count}};
    if (launch.refused.empty()) {
      entry["cycles"] = cycles_json(launch.cycles);
      if (!launch.backend.empty()) entry["backend"] = launch.backend;
      if (launch.how != session::HowRun::kModelled)
        entry["values"] = launch.how == session::HowRun::kNatively ? "native" : "interpreter";
    } else {
      entry["refused"] = launch.refused;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

/// One entry a region, with all its launches.
Json activity_json(const session::CompiledProgram& program, const session::RunOutcome& outcome) {
  Json list = Json::array();
  for (const auto& [region, activity] : outcome.activity) {
    Json entry{{"region", program.regions[static_cast<std::size_t>(region)].name}};
    entry.update(codegen::to_json(activity));
    list.push_back(std::move(entry));
  }
  return list;
}

std::int64_t element(const std::vector<std::uint8_t>& bytes, std::size_t index, int size, bool is_signed) {
  std::uint64_t value = 0;
  for (int k = 0; k < size; ++k)
    value |= static_cast<std::uint64_t>(bytes[index * static_cast<std::size_t>(size) + static_cast<std::size_t>(k)])
             << (8 * k);
  const int unused = 64 - 8 * size;
  return is_signed ? static_cast<std::int64_t>(value << unused) >> unused : static_cast<std::int64_t>(value);
}

/// Numbers of a format as text, since JSON has no infinity.
Json output_json(const std::string& name, const std::vector<std::uint8_t>& bytes, int size, bool is_signed,
                 const std::string& format = {}) {
  Json first = Json::array();
  for (std::size_t i = 0; i < kShownValues && (i + 1) * static_cast<std::size_t>(size) <= bytes.size(); ++i) {
    const std::int64_t value = element(bytes, i, size, is_signed);
    if (format.empty())
      first.push_back(value);
    else
      first.push_back(dfg::number_text(format, static_cast<std::uint64_t>(value)));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {{"name", name},
          {"bytes", bytes.size()},
          {"element_bytes", size},
          {"hash", hex64(content_hash(text))},
          {"first", first}};
}

Json outputs_json(const Run& run) {
  Json outputs = Json::array();
  for (std::size_t i = 0; i < run.outcome.arguments.size(); ++i) {
    const session::Argument& argument = run.outcome.arguments[i];
    if (argument.integer || run.kernel == nullptr) continue;
    const frontend::Parameter& parameter = run.kernel->parameters[i];
    if (!parameter.is_const)
      outputs.push_back(
          output_json(parameter.name, argument.buffer, parameter.bytes, parameter.is_signed, parameter.format));
  }
  for (const auto& [name, bytes] : run.outcome.globals) outputs.push_back(output_json(name, bytes, 1, false));
  return outputs;
}

tensor::Tensor as_tensor(const std::vector<std::uint8_t>& bytes, int size, bool is_signed,
                         const std::string& format = {}) {
  using tensor::Type;
  tensor::Tensor result;
  result.type = is_signed ? (size == 1   ? Type::kInt8
                             : size == 2 ? Type::kInt16
                             : size == 4 ? Type::kInt32
                                         : Type::kInt64)
                          : (size == 1   ? Type::kUint8
                             : size == 2 ? Type::kUint16
                             : size == 4 ? Type::kUint32
                                         : Type::kUint64);
  if (format == "fp32") result.type = Type::kFloat32;
  if (format == "fp64") result.type = Type::kFloat64;
  result.shape = {static_cast<std::int64_t>(bytes.size()) / size};
  result.data.assign(bytes.begin(), bytes.begin() + result.shape[0] * size);
  return result;
}

}  // namespace

Json cycles_json(const session::LaunchCycles& cycles) {
  return {{"configuration", cycles.configuration},
          {"live_in", cycles.live_in},
          {"dma_in", cycles.dma_in},
          {"run", cycles.run},
          {"stall", cycles.stall},
          {"dma_out", cycles.dma_out},
          {"live_out", cycles.live_out},
          {"total", cycles.total()}};
}

Json simulation_json(const session::CompiledProgram& program, const Run& run) {
  session::LaunchCycles total;
  for (const session::LaunchRecord& launch : run.outcome.launches) total += launch.cycles;
  Json json{{"schema", "heddle.simulation/1"},
            {"backend", run.backend},
            {"kernel", run.name},
            {"seed", run.seed},
            {"launches", launches_json(program, run.outcome.launches)},
            {"cycles", cycles_json(total)},
            {"return_value", run.outcome.return_value},
            {"outputs", outputs_json(run)}};
  if (!run.outcome.activity.empty()) json["activity"] = activity_json(program, run.outcome);
  if (!run.outcome.standard_output.empty()) json["standard_output"] = run.outcome.standard_output;
  return json;
}

std::string outputs_text(const Json& simulation) {
  std::string text;
  for (const Json& output : simulation["outputs"]) {
    std::string first;
    for (const Json& value : output["first"])
      first += " " + (value.is_string() ? value.get<std::string>() : std::to_string(value.get<std::int64_t>()));
    const std::int64_t elements = output["bytes"].get<std::int64_t>() / output["element_bytes"].get<std::int64_t>();
    text += fmt::format("{} ({} elements, hash {}):{}{}\n", output["name"].get<std::string>(), elements,
                        output["hash"].get<std::string>(), first,
                        elements > static_cast<std::int64_t>(kShownValues) ? " ..." : "");
  }
  text += fmt::format("returned {}\n", simulation["return_value"].get<std::int64_t>());
  if (simulation.contains("standard_output"))
    text += "standard output:\n" + simulation["standard_output"].get<std::string>();
  return text;
}

Status write_outputs(const Run& run, const std::filesystem::path& file) {
  std::map<std::string, tensor::Tensor> tensors;
  for (std::size_t i = 0; i < run.outcome.arguments.size() && run.kernel != nullptr; ++i) {
    const frontend::Parameter& parameter = run.kernel->parameters[i];
    const session::Argument& argument = run.outcome.arguments[i];
    if (!argument.integer)
      tensors[parameter.name] = as_tensor(argument.buffer, parameter.bytes, parameter.is_signed, parameter.format);
  }
  for (const auto& [name, bytes] : run.outcome.globals) tensors[name] = as_tensor(bytes, 1, false);
  return tensor::write_npz(file, tensors);
}

}  // namespace heddle::cli
