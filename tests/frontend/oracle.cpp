#include "tests/frontend/oracle.h"

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "compiler/base/check.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/number_text.h"
#include "compiler/dfg/verify.h"
#include "compiler/frontend/number_functions.h"
#include "compiler/numerics/value.h"
#include "tests/frontend/pipelined.h"

namespace heddle::frontend {

namespace {

namespace fs = std::filesystem;

/// A place in host memory that a launch may touch as a whole.
struct Object {
  char* base = nullptr;
  std::int64_t bytes = 0;
  bool constant = false;
};

/// What the interpreted program's `heddle_session` points to.
struct Session {
  const Program* program = nullptr;
  std::vector<Object> objects;
  int launches = 0;
  std::vector<std::string> complaints;
};

std::vector<std::uint64_t> live_in_words(const dfg::Graph& graph, const std::uint64_t* live_ins) {
  return {live_ins, live_ins + graph.live_ins.size()};
}

/// Complains if an iteration touches bytes that the host did not announce for the array.
dfg::Observer range_check(Session& session, const dfg::Graph& graph, const heddle_array_range* ranges,
                          const std::vector<std::uint64_t>& bases) {
  return [&session, &graph, ranges, bases](dfg::NodeId id, std::uint64_t, std::uint64_t, std::uint64_t address,
                                           bool accessed) {
    const dfg::Node& node = graph.node(id);
    if (!accessed || !dfg::is_store(node.op)) return;  // loads are speculated
    const heddle_array_range& range = ranges[node.array.index()];
    if (range.known == 0) return;
    const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(address - bases[node.array.index()]));
    const char* place = range.base + offset;
    if (place >= range.low && place + dfg::info(node.op).access_bytes <= range.high) return;
    session.complaints.push_back("a store of " + node.name + " leaves the range of " +
                                 graph.arrays[node.array.index()].name);
  };
}

/// The scratchpad is an image of all objects, each at its own place with room around it for speculated loads.
std::int32_t launch(void* pointer, std::int32_t region, std::uint64_t trips, const std::uint64_t* live_ins,
                    const heddle_array_range* ranges, std::uint64_t* live_outs) {
  auto& session = *static_cast<Session*>(pointer);
  const dfg::Graph& graph = session.program->regions[static_cast<std::size_t>(region)].graph;
  ++session.launches;
  constexpr std::int64_t kGap = 4096;
  std::vector<std::int64_t> places;
  std::int64_t end = kGap;
  for (const Object& object : session.objects) {
    places.push_back(end + static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(object.base) % 64));
    end = (places.back() + object.bytes + kGap + 63) / 64 * 64;
  }
  std::vector<std::uint8_t> scratchpad(static_cast<std::size_t>(end));
  for (std::size_t i = 0; i < places.size(); ++i)
    std::memcpy(scratchpad.data() + places[i], session.objects[i].base,
                static_cast<std::size_t>(session.objects[i].bytes));
  dfg::Launch planned{trips, live_in_words(graph, live_ins), {}};
  for (std::size_t array = 0; array < graph.arrays.size(); ++array) {
    const char* inside = ranges[array].known != 0 ? ranges[array].low : ranges[array].base;
    std::size_t owner = 0;
    while (owner < places.size() && (inside < session.objects[owner].base ||
                                     inside >= session.objects[owner].base + session.objects[owner].bytes))
      ++owner;
    if (owner == places.size()) return 1;
    planned.array_bases.push_back(
        static_cast<std::uint32_t>(places[owner] + (ranges[array].base - session.objects[owner].base)));
  }
  const std::vector<std::uint8_t> before = scratchpad;
  const auto outs =
      dfg::interpret(graph, planned, scratchpad, range_check(session, graph, ranges, planned.array_bases));
  // Again with iterations overlapped at random: wrong if the graph lacks an order edge.
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    std::vector<std::uint8_t> overlapped = before;
    if (run_pipelined(graph, planned, overlapped, seed) != outs || overlapped != scratchpad)
      session.complaints.push_back("overlapped iterations of " + graph.name + " give another result");
  }
  std::copy(outs.begin(), outs.end(), live_outs);
  for (std::size_t i = 0; i < places.size(); ++i)
    if (const Object& object = session.objects[i]; !object.constant)
      std::memcpy(object.base, scratchpad.data() + places[i], static_cast<std::size_t>(object.bytes));
  return 0;
}

std::vector<dfg::Opcode> all_operations() {
  std::vector<dfg::Opcode> operations;
  for (const dfg::OpcodeInfo& info : dfg::opcodes()) operations.push_back(info.op);
  return operations;
}

}  // namespace

Result<Program> compile_file(const std::string& path, CompileOptions options) {
  options.source = path;
  options.include_directory = fs::path(HEDDLE_SOURCE_DIR) / "workloads" / "include";
  if (options.target.operations.empty()) options.target.operations = all_operations();
  auto program = compile_c(options, Context{});
  if (!program) return program;
  for (const Region& region : program->regions) {
    const Status verified = dfg::verify(region.graph, dfg::Purpose::kExecution);
    HEDDLE_CHECK(verified.has_value(), to_string(verified.error()));
  }
  return program;
}

Result<Program> compile_text(const std::string& text, CompileOptions options) {
  std::string pattern = (fs::temp_directory_path() / "heddle-text-XXXXXX").string();
  HEDDLE_CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary directory");
  const fs::path source = fs::path(pattern) / "kernel.c";
  std::ofstream(source) << "#include \"heddle/kernel.h\"\n#include <stdint.h>\n#line 1\n" << text;
  auto program = compile_file(source.string(), std::move(options));
  fs::remove_all(pattern);
  return program;
}

/// `i64 heddle.call.NAME(i64* words)` for every function: floats travel in other registers than integers.
void add_callers(llvm::Module& module) {
  std::vector<llvm::Function*> functions;
  for (llvm::Function& function : module)
    if (!function.isDeclaration() && !function.isVarArg()) functions.push_back(&function);
  for (llvm::Function* function : functions) {
    llvm::IRBuilder<> builder(module.getContext());
    llvm::Type* wide = builder.getInt64Ty();
    auto* caller =
        llvm::Function::Create(llvm::FunctionType::get(wide, {builder.getPtrTy()}, false),
                               llvm::GlobalValue::ExternalLinkage, "heddle.call." + function->getName().str(), module);
    builder.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "entry", caller));
    const auto cast = [&](llvm::Value* word, llvm::Type* type) -> llvm::Value* {
      if (type->isPointerTy()) return builder.CreateIntToPtr(word, type);
      if (type->isFloatTy()) return builder.CreateBitCast(builder.CreateTrunc(word, builder.getInt32Ty()), type);
      if (type->isDoubleTy()) return builder.CreateBitCast(word, type);
      return builder.CreateTrunc(word, type);
    };
    std::vector<llvm::Value*> arguments;
    bool understood = true;
    for (const llvm::Argument& argument : function->args()) {
      understood = understood && (argument.getType()->isIntOrPtrTy() || argument.getType()->isFloatTy() ||
                                  argument.getType()->isDoubleTy());
      if (!understood) break;
      llvm::Value* place = builder.CreateConstGEP1_64(wide, caller->getArg(0), arguments.size());
      arguments.push_back(cast(builder.CreateLoad(wide, place), argument.getType()));
    }
    if (!understood) {
      caller->eraseFromParent();
      continue;
    }
    llvm::CallInst* call = builder.CreateCall(function, arguments);
    call->setAttributes(function->getAttributes());
    llvm::Value* result = call;
    if (result->getType()->isFloatTy()) result = builder.CreateBitCast(result, builder.getInt32Ty());
    if (result->getType()->isDoubleTy()) result = builder.CreateBitCast(result, wide);
    if (result->getType()->isPointerTy()) result = builder.CreatePtrToInt(result, wide);
    builder.CreateRet(result->getType()->isIntegerTy() ? builder.CreateZExt(result, wide) : builder.getInt64(0));
  }
}

struct Executable::State {
  const Program* program = nullptr;
  Session session;
  void* session_pointer = nullptr;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

Executable::Executable(const Program& program, bool interpreted) : state_(std::make_unique<State>()) {
  using namespace llvm::orc;  // NOLINT
  static const bool ready = !llvm::InitializeNativeTarget() && !llvm::InitializeNativeTargetAsmPrinter();
  HEDDLE_CHECK(ready, "a native target");
  state_->program = &program;
  state_->session.program = &program;
  state_->session_pointer = &state_->session;
  state_->jit = llvm::cantFail(LLJITBuilder().create());
  auto context = std::make_unique<llvm::LLVMContext>();
  llvm::SMDiagnostic problem;
  const std::string& bitcode = interpreted ? program.host_bitcode : program.golden_bitcode;
  auto module = llvm::parseIR(llvm::MemoryBufferRef(bitcode, "program"), problem, *context);
  HEDDLE_CHECK(module != nullptr, problem.getMessage().str());
  add_callers(*module);
  JITDylib& library = state_->jit->getMainJITDylib();
  SymbolMap numbers;
  for (const NativeFunction& function : native_number_functions())
    numbers[state_->jit->mangleAndIntern(function.symbol)] = {
        ExecutorAddr::fromPtr(function.address), llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  llvm::cantFail(library.define(absoluteSymbols(numbers)));
  const auto prefix = state_->jit->getDataLayout().getGlobalPrefix();
  library.addGenerator(llvm::cantFail(DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix)));
  if (interpreted) {
    SymbolMap symbols;
    symbols[state_->jit->mangleAndIntern("heddle_launch")] = {
        ExecutorAddr::fromPtr(&launch), llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
    symbols[state_->jit->mangleAndIntern("heddle_session")] = {ExecutorAddr::fromPtr(&state_->session_pointer),
                                                               llvm::JITSymbolFlags::Exported};
    llvm::cantFail(library.define(absoluteSymbols(symbols)));
  }
  llvm::cantFail(state_->jit->addIRModule(ThreadSafeModule(std::move(module), std::move(context))));
}

Executable::~Executable() = default;

namespace {

/// Of a float, every NaN is the same.
void make_nans_equal(std::vector<std::uint8_t>& bytes) {
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    float value = 0;
    std::memcpy(&value, &bytes[at], sizeof value);
    constexpr std::uint32_t kNan = 0x7FC00000;
    if (std::isnan(value)) std::memcpy(&bytes[at], &kNan, sizeof kNan);
  }
}

}  // namespace

Outcome Executable::call(const std::string& kernel, const std::vector<Input>& inputs) {
  Outcome outcome;
  std::vector<std::int64_t> words;
  std::vector<std::vector<std::uint64_t>> storage;  // keeps buffers aligned
  state_->session.objects.clear();
  state_->session.launches = 0;
  state_->session.complaints.clear();
  for (const Input& input : inputs) {
    if (!input.is_buffer) {
      words.push_back(input.integer);
      continue;
    }
    storage.emplace_back(input.bytes.size() / 8 + 1);
    std::memcpy(storage.back().data(), input.bytes.data(), input.bytes.size());
    words.push_back(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(storage.back().data())));
    state_->session.objects.push_back(
        {reinterpret_cast<char*>(storage.back().data()), static_cast<std::int64_t>(input.bytes.size()), false});
  }
  std::vector<Object> globals;
  for (const GlobalVariable& variable : state_->program->globals) {
    auto* address = llvm::cantFail(state_->jit->lookup(variable.name)).toPtr<char*>();
    globals.push_back({address, variable.bytes, variable.constant});
    state_->session.objects.push_back(globals.back());
  }
  using Function = std::int64_t (*)(const std::int64_t*);
  auto function = llvm::cantFail(state_->jit->lookup("heddle.call." + kernel)).toPtr<Function>();
  const std::int64_t result = function(words.data());
  const Kernel* described = nullptr;
  for (const Kernel& known : state_->program->kernels)
    if (known.name == kernel) described = &known;
  if (described != nullptr && described->return_bytes > 0) {
    const bool nan =
        described->return_format == "fp32" && std::isnan(std::bit_cast<float>(static_cast<std::uint32_t>(result)));
    outcome.result =
        nan ? 0x7FC00000
            : static_cast<std::int64_t>(static_cast<std::uint64_t>(result) << (64 - 8 * described->return_bytes));
  }
  std::size_t next = 0;
  for (const Input& input : inputs) {
    if (!input.is_buffer) continue;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(storage[next++].data());
    outcome.buffers.emplace_back(bytes, bytes + input.bytes.size());
    const auto parameter = static_cast<std::size_t>(&input - inputs.data());
    if (described != nullptr && described->parameters[parameter].format == "fp32")
      make_nans_equal(outcome.buffers.back());
  }
  for (const Object& global : globals) outcome.globals.emplace_back(global.base, global.base + global.bytes);
  outcome.launches = state_->session.launches;
  outcome.complaints = state_->session.complaints;
  return outcome;
}

std::string difference(const Program& program, const std::string& kernel, const std::vector<Input>& inputs,
                       int* launches) {
  const Outcome golden = Executable(program, false).call(kernel, inputs);
  const Outcome interpreted = Executable(program, true).call(kernel, inputs);
  if (launches != nullptr) *launches = interpreted.launches;
  if (!interpreted.complaints.empty()) return interpreted.complaints.front();
  if (golden.result != interpreted.result)
    return "result " + std::to_string(interpreted.result) + ", native " + std::to_string(golden.result);
  for (std::size_t i = 0; i < golden.buffers.size(); ++i) {
    const auto [wrong, right] =
        std::mismatch(interpreted.buffers[i].begin(), interpreted.buffers[i].end(), golden.buffers[i].begin());
    if (wrong != interpreted.buffers[i].end())
      return "buffer " + std::to_string(i) + " byte " + std::to_string(wrong - interpreted.buffers[i].begin()) + ": " +
             std::to_string(*wrong) + ", native " + std::to_string(*right);
  }
  for (std::size_t i = 0; i < golden.globals.size(); ++i)
    if (golden.globals[i] != interpreted.globals[i]) return "global " + program.globals[i].name + " differs";
  return {};
}

namespace {

/// The code of a value in a parameter's format.
std::int64_t code_of(const std::string& format, double value) {
  if (format == "fp64") return std::bit_cast<std::int64_t>(value);
  return numerics::encode(*dfg::number_format(format), numerics::from_double(value));
}

}  // namespace

std::vector<Input> random_inputs(const Kernel& kernel, std::uint64_t seed, std::int64_t size,
                                 std::int64_t buffer_bytes) {
  std::mt19937_64 random(seed);
  std::vector<Input> inputs;
  for (const Parameter& parameter : kernel.parameters) {
    const auto draw = [&]() -> std::int64_t {
      if (!parameter.low || !parameter.high) return static_cast<std::int64_t>(random());
      return *parameter.low +
             static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(*parameter.high - *parameter.low + 1));
    };
    const auto real = [&]() -> std::int64_t {
      const double low = parameter.real_low.value_or(-4);
      const double high = parameter.real_high.value_or(4);
      return code_of(parameter.format, low + (high - low) * static_cast<double>(random() >> 11U) * 0x1.0p-53);
    };
    if (parameter.kind == Parameter::Kind::kFloat) {
      inputs.push_back(Input::number(real()));
      continue;
    }
    if (parameter.kind == Parameter::Kind::kInteger) {
      const std::int64_t asked =
          parameter.low && parameter.high ? std::clamp(size, *parameter.low, *parameter.high) : size;
      inputs.push_back(Input::number(size < 0 ? draw() : asked));
      continue;
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(parameter.extent_bytes.value_or(buffer_bytes)));
    const auto element = static_cast<std::size_t>(std::max(parameter.bytes, 1));
    for (std::size_t at = 0; at + element <= bytes.size(); at += element) {
      const std::int64_t value = parameter.format.empty() ? draw() : real();
      std::memcpy(bytes.data() + at, &value, std::min<std::size_t>(element, sizeof value));
    }
    inputs.push_back({0, std::move(bytes), true});
  }
  return inputs;
}

}  // namespace heddle::frontend
