// A compiled program as a directory of versioned files, and how one is made.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/arch/swat.h"
#include "compiler/arch/system.h"
#include "compiler/base/context.h"
#include "compiler/base/json.h"
#include "compiler/frontend/frontend.h"
#include "compiler/mapper/solve.h"
#include "runtime/session/backend.h"
#include "runtime/session/host_operators.h"
#include "runtime/session/native_code.h"

namespace heddle::session {

/// What `heddle compile` wrote: DIR/program.json (schema heddle.program/2), arch.json,
/// regions/NAME.{dfg,mapping,image}.json, host.bc, golden.bc, rtl/.
struct CompiledProgram {
  arch::Cgra cgra;
  std::string source;
  std::vector<CompiledRegion>
      regions;  ///< by region number; a region without a mapping has ii = 0 and runs on the host
  std::vector<frontend::Kernel> kernels;
  std::vector<frontend::GlobalVariable> globals;
  bool has_main = false;
  std::string host_bitcode;
  std::string golden_bitcode;
  std::shared_ptr<const network::Graph> network;  ///< whose nodes `heddle_operators` computes; null: it is not called
  std::optional<arch::System> system;             ///< around the array, of a network
  Json report;                                    ///< heddle.report/1
  std::shared_ptr<NativeCodeCache> native = std::make_shared<NativeCodeCache>();  ///< object code of the two bitcodes
};

/// Where the layers of a network may run.
enum class Place : std::uint8_t {
  kArray,  ///< on the array wherever they fit
  kHost,
  kAuto  ///< where they take fewer estimated cycles
};

/// By Place.
inline constexpr std::array<const char*, 3> kPlaceNames = {"array", "host", "auto"};

struct CompileRequest {
  frontend::CompileOptions frontend;
  arch::Cgra cgra;
  bool address_generators = true;  ///< use those that the array has
  bool loop_unit = true;           ///< likewise
  std::string solver = "heuristic";
  mapper::Options mapper;
  bool share_branches = false;                  ///< dfg::share_branches, where it saves operations
  bool forward_stores = true;                   ///< dfg::forward_stores, where it lowers the bound
  bool free_banks = false;                      ///< see mapper::Problem
  bool route_through = false;                   ///< see mapper::Problem
  std::filesystem::path rtl_directory;          ///< the leaf modules
  std::filesystem::path output;                 ///< empty: nothing is written
  std::shared_ptr<const network::Graph> graph;  ///< of `frontend.module`, if it is of a network
  std::vector<HostOperator> operators;          ///< of `graph`, which the host computes
  std::optional<arch::System> system;           ///< of a network: what stands around the array
  Place place = Place::kArray;                  ///< of the layers of a network; others than kArray need a system
  std::optional<arch::Swat> attention;          ///< that takes attention of the network; already in `graph`
  std::string network;                          ///< the ONNX file that `frontend.module` is of, to keep; empty: none
};

/// The whole path: C -> regions -> legalised DFGs -> mappings -> images -> RTL -> files. Nothing appears in `output`
/// unless all of it does (written beside, then renamed). Fails with kInfeasible if a region of a marked or named
/// function cannot be mapped; other regions then stay on the host, with the reason.
Result<CompiledProgram> compile(const CompileRequest& request, const Context& context);

Result<CompiledProgram> load_program(const std::filesystem::path& directory);

}  // namespace heddle::session
