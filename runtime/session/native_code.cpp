#include "runtime/session/native_code.h"

#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/ExecutionEngine/Orc/CompileUtils.h>
#include <llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>

#include <optional>

#include "compiler/base/files.h"

namespace heddle::session {
namespace {

using llvm::IRBuilder;
using llvm::Type;
using llvm::Value;

void initialize_native_target() {
  // Registries of LLVM; filling them twice is harmless, filling them from two threads is not.
  [[maybe_unused]] static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
}

/// The i64 `word` as a value of `type`, or null.
Value* from_word(IRBuilder<>& builder, Value* word, Type* type) {
  if (type->isIntegerTy() && type->getIntegerBitWidth() <= 64) return builder.CreateTrunc(word, type);
  if (type->isPointerTy()) return builder.CreateIntToPtr(word, type);
  if (type->isDoubleTy()) return builder.CreateBitCast(word, type);
  if (type->isFloatTy()) return builder.CreateBitCast(builder.CreateTrunc(word, builder.getInt32Ty()), type);
  return nullptr;
}

/// `value` as an i64, or null.
Value* to_word(IRBuilder<>& builder, Value* value, bool zero_extend) {
  Type* type = value->getType();
  if (type->isVoidTy()) return builder.getInt64(0);
  if (type->isIntegerTy() && type->getIntegerBitWidth() <= 64) {
    return zero_extend ? builder.CreateZExt(value, builder.getInt64Ty())
                       : builder.CreateSExt(value, builder.getInt64Ty());
  }
  if (type->isPointerTy()) return builder.CreatePtrToInt(value, builder.getInt64Ty());
  if (type->isDoubleTy()) return builder.CreateBitCast(value, builder.getInt64Ty());
  if (type->isFloatTy()) {
    return builder.CreateZExt(builder.CreateBitCast(value, builder.getInt32Ty()), builder.getInt64Ty());
  }
  return nullptr;
}

std::string function_hint(const llvm::Module& module, const std::string& entry) {
  std::vector<std::string> names;
  for (const llvm::Function& function : module) {
    if (!function.isDeclaration()) names.push_back(function.getName().str());
  }
  const std::string near = nearest_name(entry, names);
  return near.empty() ? "" : "did you mean '" + near + "'?";
}

/// Adds the function that unpacks an argument array: calls of any signature without a foreign-function library.
Status add_entry(llvm::Module& module, const std::string& name) {
  llvm::Function* callee = module.getFunction(name);
  if (callee == nullptr || callee->isDeclaration()) {
    return fail(ErrorCode::kNotFound, "the program has no function '" + name + "'", {}, function_hint(module, name));
  }
  IRBuilder<> builder(module.getContext());
  Type* pointer = builder.getPtrTy();
  auto* type = llvm::FunctionType::get(builder.getVoidTy(), {pointer, pointer}, false);
  auto* entry = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, kEntrySymbol, module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "entry", entry));
  std::vector<Value*> arguments;
  for (const llvm::Argument& parameter : callee->args()) {
    Value* place = builder.CreateConstGEP1_64(builder.getInt64Ty(), entry->getArg(0), arguments.size());
    Value* argument = from_word(builder, builder.CreateLoad(builder.getInt64Ty(), place), parameter.getType());
    if (argument == nullptr) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("parameter {} of '{}' is neither an integer, a pointer, float nor double",
                              arguments.size() + 1, name));
    }
    arguments.push_back(argument);
  }
  llvm::CallInst* call = builder.CreateCall(callee, arguments);
  call->setAttributes(callee->getAttributes());
  call->setCallingConv(callee->getCallingConv());
  Value* word = to_word(builder, call, callee->hasRetAttribute(llvm::Attribute::ZExt));
  if (word == nullptr) {
    return fail(ErrorCode::kUnsupported, "'" + name + "' returns neither an integer, a pointer, float nor double");
  }
  builder.CreateStore(word, entry->getArg(1));
  builder.CreateRetVoid();
  return {};
}

/// Appends the offsets of all pointers in a value of `type` at `offset`.
void find_pointers(const llvm::DataLayout& layout, Type* type, std::int64_t offset, std::vector<std::int64_t>& found) {
  if (type->isPointerTy()) {
    found.push_back(offset);
  } else if (auto* structure = llvm::dyn_cast<llvm::StructType>(type)) {
    for (unsigned k = 0; k < structure->getNumElements(); ++k) {
      const auto at = static_cast<std::int64_t>(layout.getStructLayout(structure)->getElementOffset(k).getFixedValue());
      find_pointers(layout, structure->getElementType(k), offset + at, found);
    }
  } else if (auto* array = llvm::dyn_cast<llvm::ArrayType>(type)) {
    Type* element = array->getElementType();
    if (element->isSingleValueType() && !element->isPointerTy()) return;  // large tables are of numbers
    const auto bytes = static_cast<std::int64_t>(layout.getTypeAllocSize(element).getFixedValue());
    for (std::uint64_t k = 0; k < array->getNumElements(); ++k) {
      find_pointers(layout, element, offset + static_cast<std::int64_t>(k) * bytes, found);
    }
  }
}

/// False for what is no memory of the running program: LLVM's own tables, annotations, copies of other modules'
/// variables.
bool has_place(const llvm::GlobalVariable& variable) {
  return !variable.isThreadLocal() && !variable.hasAvailableExternallyLinkage() &&
         !variable.getName().starts_with("llvm.") && variable.getSection() != "llvm.metadata";
}

/// Lets the linker see every variable, and forgets that an external one might be near: the process's libraries are not.
std::vector<NativeCode::Data> expose_data(llvm::Module& module) {
  std::vector<NativeCode::Data> data;
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) function.setDSOLocal(false);
  }
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (variable.isDeclaration()) {
      variable.setDSOLocal(false);
      continue;
    }
    if (!has_place(variable)) continue;
    if (!variable.hasName()) variable.setName("heddle.data");
    if (variable.hasLocalLinkage()) variable.setLinkage(llvm::GlobalValue::ExternalLinkage);
    variable.setVisibility(llvm::GlobalValue::DefaultVisibility);
    const auto bytes = module.getDataLayout().getTypeAllocSize(variable.getValueType()).getFixedValue();
    data.push_back({variable.getName().str(), static_cast<std::int64_t>(bytes), variable.isConstant(), {}});
    find_pointers(module.getDataLayout(), variable.getValueType(), 0, data.back().pointers);
  }
  return data;
}

/// Arrays and structures on the stack, of a size known now; scalars are in no array. The front end's own begin with
/// "heddle.".
std::vector<llvm::AllocaInst*> stack_objects(llvm::Function& function) {
  std::vector<llvm::AllocaInst*> found;
  for (llvm::Instruction& instruction : function.getEntryBlock()) {
    auto* object = llvm::dyn_cast<llvm::AllocaInst>(&instruction);
    if (object == nullptr || !object->isStaticAlloca() || object->getName().starts_with("heddle.")) continue;
    if (object->getAllocatedType()->isAggregateType() || object->isArrayAllocation()) found.push_back(object);
  }
  return found;
}

/// Objects whose lifetimes do not overlap may share their place; without the marks, each has its own during the whole
/// call.
void remove_lifetimes(llvm::Function& function) {
  std::vector<llvm::Instruction*> marks;
  for (llvm::Instruction& instruction : llvm::instructions(function)) {
    if (instruction.isLifetimeStartOrEnd()) marks.push_back(&instruction);
  }
  for (llvm::Instruction* mark : marks) mark->eraseFromParent();
}

/// Tells the session where the function's stack objects are, from its entry until it returns.
void announce_stack_objects(llvm::Function& function) {
  const auto objects = stack_objects(function);
  if (objects.empty()) return;
  remove_lifetimes(function);
  llvm::Module& module = *function.getParent();
  IRBuilder<> builder(module.getContext());
  Type* none = builder.getVoidTy();
  Type* pointer = builder.getPtrTy();
  const auto enter = module.getOrInsertFunction(kEnterStackSymbol, none, pointer, builder.getInt64Ty());
  const auto leave = module.getOrInsertFunction(kLeaveStackSymbol, none, pointer);
  for (llvm::AllocaInst* object : objects) {
    const auto bytes = object->getAllocationSize(module.getDataLayout());
    builder.SetInsertPoint(function.getEntryBlock().getFirstNonPHIOrDbgOrAlloca());
    builder.CreateCall(enter, {object, builder.getInt64(bytes ? bytes->getFixedValue() : 0)});
  }
  for (llvm::BasicBlock& block : function) {
    auto* result = llvm::dyn_cast<llvm::ReturnInst>(block.getTerminator());
    if (result == nullptr || block.getTerminatingMustTailCall() != nullptr) continue;
    builder.SetInsertPoint(result);
    for (llvm::AllocaInst* object : objects) builder.CreateCall(leave, {object});
  }
}

/// Only the machine code is made at -O2: the front end has already shaped the loops.
Result<std::string> emit_object(llvm::Module& module, llvm::TargetMachine& machine) {
  auto object = llvm::orc::SimpleCompiler(machine)(module);
  if (!object)
    return fail(ErrorCode::kUnsupported, "cannot compile the host program: " + llvm::toString(object.takeError()));
  return (*object)->getBuffer().str();
}

Result<std::unique_ptr<llvm::TargetMachine>> host_machine() {
  initialize_native_target();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return fail(ErrorCode::kUnsupported, "no LLVM target for this machine: " + llvm::toString(builder.takeError()));
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  auto machine = builder->createTargetMachine();
  if (!machine)
    return fail(ErrorCode::kUnsupported, "no LLVM target for this machine: " + llvm::toString(machine.takeError()));
  return std::move(*machine);
}

}  // namespace

Result<NativeCode> compile_native(std::string_view bitcode, const std::string& entry) {
  llvm::LLVMContext context;
  const llvm::MemoryBufferRef buffer(llvm::StringRef(bitcode.data(), bitcode.size()), "program");
  auto module = llvm::parseBitcodeFile(buffer, context);
  if (!module) return fail(ErrorCode::kBadInput, "damaged bitcode: " + llvm::toString(module.takeError()));
  if ((*module)->getNamedGlobal("llvm.global_ctors") != nullptr) {
    return fail(ErrorCode::kUnsupported, "the program has constructor functions, which are not run");
  }
  HEDDLE_ASSIGN(const auto machine, host_machine());
  (*module)->setDataLayout(machine->createDataLayout());
  for (llvm::Function& function : **module) {
    if (!function.isDeclaration()) announce_stack_objects(function);
  }
  HEDDLE_TRY(add_entry(**module, entry));
  NativeCode code;
  code.parameters = static_cast<int>((*module)->getFunction(entry)->arg_size());
  code.data = expose_data(**module);
  HEDDLE_ASSIGN(code.object, emit_object(**module, *machine));
  return code;
}

Result<const NativeCode*> NativeCodeCache::get(std::string_view bitcode, const std::string& entry) {
  const std::scoped_lock lock(mutex_);
  auto& slot = entries_[{content_hash(bitcode), entry}];
  if (slot == nullptr) {
    auto code = compile_native(bitcode, entry);
    if (!code) {
      entries_.erase({content_hash(bitcode), entry});
      return fail(std::move(code).error());
    }
    slot = std::make_unique<NativeCode>(std::move(*code));
  }
  return slot.get();
}

}  // namespace heddle::session
