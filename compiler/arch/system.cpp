#include "compiler/arch/system.h"

#include <fmt/format.h>

#include "compiler/arch/source.h"
#include "compiler/base/check.h"

extern const char* const heddle_system_schema;

namespace heddle::arch {
namespace {

const Json& system_schema() {
  static const Json value = [] {
    auto document = parse_json(heddle_system_schema, "system.json");
    HEDDLE_CHECK(document.has_value(), "the embedded schema of systems does not parse");
    return std::move(document->root);
  }();
  return value;
}

}  // namespace

Result<System> system_from_document(const Document& document) {
  HEDDLE_TRY(validate_schema(document, system_schema()));
  const Source source(document);
  const Json& root = source.root();
  System system;
  system.name = root["name"].get<std::string>();
  system.description = root.value("description", "");
  system.array_mhz = root["array_mhz"].get<double>();
  const Json& dram = root["dram"];
  system.dram = {dram["bytes_per_second"].get<double>(), dram["burst_bytes"].get<std::int64_t>(),
                 dram["latency_ns"].get<double>()};
  if ((system.dram.burst_bytes & (system.dram.burst_bytes - 1)) != 0)
    return source.error("/dram/burst_bytes", fmt::format("expected a power of two, found {}", system.dram.burst_bytes));
  if (root.contains("dma")) system.dma_channels = root["dma"].value("channels", 1);
  const Json& host = root["host"];
  system.host = {host["mhz"].get<double>(), host["cycles_per_mac"].get<double>(),
                 host["cycles_per_element"].get<double>(), host["cycles_per_function"].get<double>()};
  return system;
}

Result<System> load_system(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const Document document, read_document(path));
  return system_from_document(document);
}

Json to_json(const System& system) {
  return {{"schema", "heddle.system/1"},
          {"name", system.name},
          {"description", system.description},
          {"array_mhz", system.array_mhz},
          {"dram",
           {{"bytes_per_second", system.dram.bytes_per_second},
            {"burst_bytes", system.dram.burst_bytes},
            {"latency_ns", system.dram.latency_ns}}},
          {"dma", {{"channels", system.dma_channels}}},
          {"host",
           {{"mhz", system.host.mhz},
            {"cycles_per_mac", system.host.cycles_per_mac},
            {"cycles_per_element", system.host.cycles_per_element},
            {"cycles_per_function", system.host.cycles_per_function}}}};
}

}  // namespace heddle::arch
