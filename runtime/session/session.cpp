#include "runtime/session/session.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <set>

#include "compiler/base/check.h"
#include "compiler/lowering/plan.h"
#include "runtime/session/native_run.h"
#include "runtime/session/plan.h"

namespace heddle::session {
namespace {

/// One run of a host program: what its launches see and leave behind.
class Run {
 public:
  Run(const CompiledProgram& program, Backend* backend, const Context& context, const PlanObserver& observer)
      : program_(program), backend_(backend), context_(context), observer_(observer), native_(objects_) {}

  /// Links the program afresh, calls `entry` and collects what it left.
  Result<RunOutcome> execute(const std::string& entry, const std::vector<std::int64_t>& words);

  ObjectTable& objects() { return objects_; }

  /// All but kDone let the program's own loop run.
  enum class Answer : std::int32_t { kDone = 0, kRefused = 1, kFailed = 2, kNatively = 3 };
  Answer launch(std::int32_t region, std::uint64_t trip_count, const std::uint64_t* live_ins,
                const heddle_array_range* arrays, std::uint64_t* live_outs);
  /// Whether it went well; see lowering/host_call.h.
  bool run_operators(const std::int64_t* words);
  /// Likewise.
  bool note_value(std::int64_t value, char* memory, std::int64_t bytes, bool made);

 private:
  Status launch_on_backend(const CompiledRegion& region, const LaunchPlan& plan, LaunchRecord& record,
                           std::uint64_t* live_outs);
  void keep_constants(const LaunchPlan& plan);
  Result<LaunchPlan> plan(const CompiledRegion& region, std::uint64_t trip_count, const std::uint64_t* live_ins,
                          const heddle_array_range* arrays) const;
  Result<std::unique_ptr<NativeModule>> link(const std::string& entry, std::size_t arguments);
  Result<RunOutcome> outcome(const NativeModule& module, const NativeEnd& end, std::int64_t returned);
  [[nodiscard]] std::vector<std::pair<std::string, std::vector<std::uint8_t>>> globals(
      const NativeModule& module) const;

  const CompiledProgram& program_;
  Backend* backend_;
  const Context& context_;
  const PlanObserver& observer_;
  ObjectTable objects_;
  NativeRun native_;
  void* self_ = this;  ///< what the program reads as `heddle_session`
  std::vector<LaunchRecord> launches_;
  std::vector<Resident> residents_;
  std::vector<std::pair<std::string, std::vector<std::uint8_t>>> values_;  ///< between layers, as they were made
  std::map<int, codegen::Activity> activity_;
  std::optional<Error> failure_;
  std::exception_ptr bug_;  ///< exceptions must not unwind through native frames
};

Result<LaunchPlan> Run::plan(const CompiledRegion& region, std::uint64_t trip_count, const std::uint64_t* live_ins,
                             const heddle_array_range* arrays) const {
  if (!region.host_reason.empty()) return fail(ErrorCode::kUnsupported, region.host_reason);
  if (region.mapping.ii == 0) return fail(ErrorCode::kUnsupported, "the region is not mapped on this array");
  const dfg::Graph& graph = region.graph;
  return plan_launch(program_.cgra, region, trip_count, {live_ins, graph.live_ins.size()},
                     {arrays, graph.arrays.size()}, objects_, residents_);
}

LaunchMemory memory_of(const LaunchPlan& plan) {
  const auto ranges = [](const std::vector<Transfer>& transfers) {
    std::vector<MemoryRange> result;
    for (const Transfer& each : transfers) {
      const auto begin = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(each.host));
      result.push_back({begin, begin + static_cast<std::uint64_t>(each.bytes)});
    }
    return result;
  };
  std::set<std::pair<std::uint32_t, std::int64_t>> pieces;  // a piece may go both ways
  for (const auto* transfers : {&plan.in, &plan.out, &plan.kept})
    for (const Transfer& each : *transfers) pieces.emplace(each.scratchpad, each.bytes);
  LaunchMemory memory{ranges(plan.in), ranges(plan.out), 0, 0};
  for (const auto& [address, bytes] : pieces) memory.scratchpad_bytes += bytes;
  for (const Transfer& each : plan.kept) memory.kept_bytes += each.bytes;
  return memory;
}

/// What is kept has occupied the scratchpad during the launches in between.
void Run::keep_constants(const LaunchPlan& plan) {
  const std::size_t now = launches_.size() - 1;
  for (const Transfer& kept : plan.kept) {
    const Resident* resident = find_resident(residents_, kept.host, kept.host + kept.bytes);
    for (std::size_t k = resident->last_use + 1; k < now; ++k)
      if (launches_[k].refused.empty()) launches_[k].memory.scratchpad_bytes += kept.bytes;
  }
  update_residents(residents_, plan, constants_of(plan, objects_), now);
}

Status Run::launch_on_backend(const CompiledRegion& region, const LaunchPlan& plan, LaunchRecord& record,
                              std::uint64_t* live_outs) {
  if (observer_) observer_(plan);
  HEDDLE_ASSIGN(const LaunchResult result, backend_->launch(plan, context_));
  record.cycles = result.cycles;
  record.memory = memory_of(plan);
  keep_constants(plan);
  record.how = result.how;
  record.backend = result.backend;
  record.counted = result.activity.has_value();
  if (result.activity) activity_[record.region] += *result.activity;
  if (result.how == HowRun::kNatively) return {};
  HEDDLE_CHECK(result.live_outs.size() == region.graph.live_outs.size(),
               "a backend returned another number of live-outs");
  std::ranges::copy(result.live_outs, live_outs);
  return {};
}

Run::Answer Run::launch(std::int32_t region, std::uint64_t trip_count, const std::uint64_t* live_ins,
                        const heddle_array_range* arrays, std::uint64_t* live_outs) {
  const NativeRun::Outside outside;
  try {
    HEDDLE_CHECK(region >= 0 && static_cast<std::size_t>(region) < program_.regions.size(),
                 "launch of a region that does not exist");
    const CompiledRegion& compiled = program_.regions[static_cast<std::size_t>(region)];
    LaunchRecord& record = launches_.emplace_back();
    record.region = region;
    record.trip_count = trip_count;
    auto planned = plan(compiled, trip_count, live_ins, arrays);
    if (!planned) {
      record.refused = planned.error().message;
      return Answer::kRefused;
    }
    if (auto status = launch_on_backend(compiled, *planned, record, live_outs); !status) {
      failure_ = std::move(status).error();
      return Answer::kFailed;
    }
    return record.how == HowRun::kNatively ? Answer::kNatively : Answer::kDone;
  } catch (...) {
    bug_ = std::current_exception();
    return Answer::kFailed;
  }
}

bool Run::run_operators(const std::int64_t* words) {
  const NativeRun::Outside outside;
  try {
    HEDDLE_CHECK(program_.network != nullptr, "a host operator of a program without a network");
    auto done = session::run_operators(*program_.network, words);
    if (!done) failure_ = std::move(done).error();
    return !failure_;
  } catch (...) {
    bug_ = std::current_exception();
    return false;
  }
}

bool Run::note_value(std::int64_t value, char* memory, std::int64_t bytes, bool made) {
  const NativeRun::Outside outside;
  try {
    const std::string name = lowering::memory_name(network::ValueId(value));
    if (made)
      values_.emplace_back(name, std::vector<std::uint8_t>(memory, memory + bytes));
    else
      objects_.add(memory, bytes, name);
    return true;
  } catch (...) {
    bug_ = std::current_exception();
    return false;
  }
}

extern "C" {
/// `heddle_value` of the program; no destructors, as below.
static void value_entry(void* session, std::int64_t value, char* memory, std::int64_t bytes, std::int64_t made) {
  if (!static_cast<Run*>(session)->note_value(value, memory, bytes, made != 0)) NativeRun::stop();
}

/// `heddle_operators` of the program; no destructors, as below.
static void operators_entry(void* session, const std::int64_t* words) {
  if (!static_cast<Run*>(session)->run_operators(words)) NativeRun::stop();
}

/// `heddle_launch` of the program. No object of this frame needs a destructor, so the run may be left from here.
static std::int32_t launch_entry(void* session, std::int32_t region, std::uint64_t trip_count,
                                 const std::uint64_t* live_ins, const heddle_array_range* arrays,
                                 std::uint64_t* live_outs) {
  const auto answer = static_cast<Run*>(session)->launch(region, trip_count, live_ins, arrays, live_outs);
  if (answer == Run::Answer::kFailed) NativeRun::stop();
  return static_cast<std::int32_t>(answer);
}
}

Result<std::unique_ptr<NativeModule>> Run::link(const std::string& entry, std::size_t arguments) {
  const std::string& bitcode = backend_ == nullptr ? program_.golden_bitcode : program_.host_bitcode;
  HEDDLE_ASSIGN(const NativeCode* code, program_.native->get(bitcode, entry));
  if (static_cast<std::size_t>(code->parameters) > arguments) {
    return fail(ErrorCode::kBadInput,
                fmt::format("'{}' takes {} arguments, {} given", entry, code->parameters, arguments));
  }
  auto symbols = NativeRun::symbols();
  symbols.push_back({"heddle_session", static_cast<void*>(&self_)});
  symbols.push_back({lowering::kOperatorsSymbol, reinterpret_cast<void*>(&operators_entry)});
  symbols.push_back({lowering::kValueSymbol, reinterpret_cast<void*>(&value_entry)});
  symbols.push_back({"heddle_launch", reinterpret_cast<void*>(&launch_entry)});
  return NativeModule::link(*code, symbols);
}

std::vector<std::pair<std::string, std::vector<std::uint8_t>>> Run::globals(const NativeModule& module) const {
  std::vector<std::pair<std::string, std::vector<std::uint8_t>>> contents;
  for (const frontend::GlobalVariable& global : program_.globals) {
    for (const DataObject& object : module.data()) {
      if (object.name != global.name) continue;
      std::vector<std::uint8_t> bytes(object.address, object.address + object.bytes);
      for (const std::int64_t offset : object.pointers) std::memset(bytes.data() + offset, 0, sizeof(void*));
      contents.emplace_back(global.name, std::move(bytes));
    }
  }
  return contents;
}

Result<RunOutcome> Run::outcome(const NativeModule& module, const NativeEnd& end, std::int64_t returned) {
  if (bug_) std::rethrow_exception(bug_);
  if (failure_) return fail(std::move(*failure_));
  if (end.kind == NativeEnd::Kind::kCrashed)
    return fail(ErrorCode::kBadInput, "the program crashed on the host: " + end.crash);
  RunOutcome result;
  result.return_value = end.kind == NativeEnd::Kind::kExited ? end.status : returned;
  result.globals = globals(module);
  result.globals.insert(result.globals.end(), std::make_move_iterator(values_.begin()),
                        std::make_move_iterator(values_.end()));
  result.standard_output = native_.output();
  result.launches = std::move(launches_);
  result.activity = std::move(activity_);
  return result;
}

Result<RunOutcome> Run::execute(const std::string& entry, const std::vector<std::int64_t>& words) {
  HEDDLE_ASSIGN(const auto module, link(entry, words.size()));
  for (const DataObject& object : module->data())
    objects_.add(object.address, object.bytes, object.name, object.constant);
  std::int64_t returned = 0;
  const NativeEnd end = native_.run([&] { module->call(words.data(), &returned); });
  return outcome(*module, end, returned);
}

/// Memory for a buffer argument, aligned as widely as any vector code could want.
class ArgumentBuffer {
 public:
  static constexpr std::size_t kAlignment = 64;

  explicit ArgumentBuffer(const std::vector<std::uint8_t>& content)
      : bytes_(content.size()),
        memory_(static_cast<char*>(std::aligned_alloc(kAlignment, (bytes_ / kAlignment + 1) * kAlignment))) {
    HEDDLE_CHECK(memory_ != nullptr, "out of memory for an argument");
    if (bytes_ > 0) std::memcpy(memory_.get(), content.data(), bytes_);
  }
  [[nodiscard]] char* data() const { return memory_.get(); }
  [[nodiscard]] std::vector<std::uint8_t> content() const { return {memory_.get(), memory_.get() + bytes_}; }

 private:
  struct Free {
    void operator()(char* memory) const { std::free(memory); }
  };
  std::size_t bytes_;
  std::unique_ptr<char, Free> memory_;
};

const frontend::Kernel* find_kernel(const CompiledProgram& program, const std::string& name) {
  for (const frontend::Kernel& kernel : program.kernels) {
    if (kernel.name == name) return &kernel;
  }
  return nullptr;
}

Status check_arguments(const CompiledProgram& program, const std::string& name,
                       const std::vector<Argument>& arguments) {
  const frontend::Kernel* kernel = find_kernel(program, name);
  if (kernel == nullptr) return {};  // any function of the program may be called; the module knows whether it exists
  if (kernel->parameters.size() == arguments.size()) return {};
  return fail(ErrorCode::kBadInput,
              fmt::format("'{}' takes {} arguments, {} given", name, kernel->parameters.size(), arguments.size()),
              kernel->where);
}

}  // namespace

Result<RunOutcome> run_kernel(const CompiledProgram& program, const std::string& kernel,
                              const std::vector<Argument>& arguments, Backend* backend, const Context& context,
                              const PlanObserver& observer) {
  HEDDLE_TRY(check_arguments(program, kernel, arguments));
  Run run(program, backend, context, observer);
  std::vector<std::unique_ptr<ArgumentBuffer>> buffers;
  std::vector<std::int64_t> words;
  for (const Argument& argument : arguments) {
    if (argument.integer) {
      words.push_back(*argument.integer);
      continue;
    }
    const auto& buffer = buffers.emplace_back(std::make_unique<ArgumentBuffer>(argument.buffer));
    run.objects().add(buffer->data(), static_cast<std::int64_t>(argument.buffer.size()),
                      fmt::format("argument {}", words.size() + 1));
    words.push_back(reinterpret_cast<std::intptr_t>(buffer->data()));
  }
  HEDDLE_ASSIGN(RunOutcome outcome, run.execute(kernel, words));
  auto buffer = buffers.begin();
  for (const Argument& argument : arguments) {
    outcome.arguments.push_back(argument.integer ? argument : Argument{std::nullopt, (*buffer++)->content()});
  }
  return outcome;
}

Result<RunOutcome> run_main(const CompiledProgram& program, const std::vector<std::string>& argv, Backend* backend,
                            const Context& context, const PlanObserver& observer) {
  if (!program.has_main) return fail(ErrorCode::kNotFound, "the program has no main function");
  Run run(program, backend, context, observer);
  std::vector<std::string> strings = argv;
  if (strings.empty()) strings.emplace_back("program");
  std::vector<char*> pointers;
  for (std::string& text : strings) {
    pointers.push_back(text.data());
    run.objects().add(text.data(), static_cast<std::int64_t>(text.size()) + 1, "argv");
  }
  pointers.push_back(nullptr);
  return run.execute("main",
                     {static_cast<std::int64_t>(strings.size()), reinterpret_cast<std::intptr_t>(pointers.data()),
                      reinterpret_cast<std::intptr_t>(environ)});
}

}  // namespace heddle::session
