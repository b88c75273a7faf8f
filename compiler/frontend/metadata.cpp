#include "compiler/frontend/metadata.h"

#include <llvm/ADT/SCCIterator.h>
#include <llvm/Analysis/CallGraph.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <algorithm>

#include "compiler/dfg/number_text.h"
#include "compiler/frontend/annotation.h"

namespace heddle::frontend {

using llvm::Function;

namespace {

constexpr unsigned kMaxInlinedInstructions = 400;

std::string text_of(const llvm::Value* pointer) {
  const auto* global = llvm::dyn_cast<llvm::GlobalVariable>(pointer->stripPointerCasts());
  if (global == nullptr || !global->hasInitializer()) return {};
  const auto* data = llvm::dyn_cast<llvm::ConstantDataSequential>(global->getInitializer());
  return data != nullptr && data->isCString() ? data->getAsCString().str() : std::string();
}

/// Looks through typedef and const; `is_const` if a const was among them.
const llvm::DIType* plain(const llvm::DIType* type, bool* is_const = nullptr) {
  while (const auto* derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) {
    const unsigned tag = derived->getTag();
    if (tag == llvm::dwarf::DW_TAG_pointer_type) break;
    if (tag == llvm::dwarf::DW_TAG_const_type && is_const != nullptr) *is_const = true;
    type = derived->getBaseType();
  }
  return type;
}

/// The element of an array of arrays.
const llvm::DIType* element_of(const llvm::DIType* type, bool* is_const) {
  type = plain(type, is_const);
  while (const auto* composite = llvm::dyn_cast_or_null<llvm::DICompositeType>(type)) {
    if (composite->getTag() != llvm::dwarf::DW_TAG_array_type) break;
    type = plain(composite->getBaseType(), is_const);
  }
  return type;
}

/// The number format that a type says its values have: float, double, or a typedef of heddle/numbers.h on the way to
/// the plain type. Looks into arrays, not through pointers.
std::string format_of(const llvm::DIType* type) {
  constexpr llvm::StringRef kPrefix = "heddle_";
  while (type != nullptr) {
    if (const auto* derived = llvm::dyn_cast<llvm::DIDerivedType>(type)) {
      if (derived->getTag() == llvm::dwarf::DW_TAG_pointer_type) return {};
      if (derived->getTag() == llvm::dwarf::DW_TAG_typedef && derived->getName().starts_with(kPrefix)) {
        const std::string name = derived->getName().drop_front(kPrefix.size()).str();
        if (dfg::number_format(name)) return name;
      }
      type = derived->getBaseType();
    } else if (const auto* composite = llvm::dyn_cast<llvm::DICompositeType>(type)) {
      type = composite->getTag() == llvm::dwarf::DW_TAG_array_type ? composite->getBaseType() : nullptr;
    } else {
      const auto* basic = llvm::dyn_cast<llvm::DIBasicType>(type);
      if (basic == nullptr || basic->getEncoding() != llvm::dwarf::DW_ATE_float) return {};
      return basic->getSizeInBits() == 32 ? "fp32" : basic->getSizeInBits() == 64 ? "fp64" : "";
    }
  }
  return {};
}

bool signed_encoding(const llvm::DIBasicType& type) {
  return type.getEncoding() == llvm::dwarf::DW_ATE_signed || type.getEncoding() == llvm::dwarf::DW_ATE_signed_char;
}

void describe_type(const llvm::DIType* type, Parameter& parameter) {
  parameter.format = format_of(type);
  type = plain(type);
  if (const auto* pointer = llvm::dyn_cast_or_null<llvm::DIDerivedType>(type)) {
    parameter.format = format_of(pointer->getBaseType());
    type = element_of(pointer->getBaseType(), &parameter.is_const);
    parameter.bytes = 1;
  }
  if (type == nullptr) return;
  if (type->getSizeInBits() != 0) parameter.bytes = static_cast<int>(type->getSizeInBits() / 8);
  if (const auto* basic = llvm::dyn_cast<llvm::DIBasicType>(type)) parameter.is_signed = signed_encoding(*basic);
}

Status take_range(const std::string& text, Parameter& parameter) {
  if (parameter.format.empty()) {
    HEDDLE_ASSIGN(const auto range, parse_range(text));
    if (!range) return {};
    parameter.low = range->low;
    parameter.high = range->high;
    return {};
  }
  HEDDLE_ASSIGN(const auto range, parse_real_range(text));
  if (!range) return {};
  parameter.real_low = range->low;
  parameter.real_high = range->high;
  return {};
}

/// Annotations of parameters are calls on the variables that the parameters are stored to.
Status read_annotations(Function& function, Kernel& kernel) {
  for (llvm::BasicBlock& block : function) {
    for (llvm::Instruction& instruction : block) {
      const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      if (call == nullptr || call->getIntrinsicID() != llvm::Intrinsic::var_annotation) continue;
      for (const llvm::User* user : call->getArgOperand(0)->stripPointerCasts()->users()) {
        const auto* store = llvm::dyn_cast<llvm::StoreInst>(user);
        const auto* argument = store != nullptr ? llvm::dyn_cast<llvm::Argument>(store->getValueOperand()) : nullptr;
        if (argument == nullptr) continue;
        Parameter& parameter = kernel.parameters[argument->getArgNo()];
        Status taken = take_range(text_of(call->getArgOperand(1)), parameter);
        if (!taken) {
          taken.error().message = "parameter '" + parameter.name + "': " + taken.error().message;
          taken.error().where = kernel.where;
          return taken;
        }
      }
    }
  }
  return {};
}

bool is_helper(const Function& function, const std::set<std::string>& functions) {
  return !function.isDeclaration() && !function.isVarArg() && function.getName() != "main" &&
         !functions.contains(function.getName().str()) && function.getInstructionCount() <= kMaxInlinedInstructions;
}

bool has_loops(Function& function) {
  const llvm::DominatorTree dominators(function);
  return !llvm::LoopInfo(dominators).empty();
}

bool in_loop(llvm::CallBase& call) {
  const llvm::DominatorTree dominators(*call.getFunction());
  return llvm::LoopInfo(dominators).getLoopFor(call.getParent()) != nullptr;
}

}  // namespace

std::set<std::string> marked_functions(const llvm::Module& module) {
  std::set<std::string> names;
  const llvm::GlobalVariable* annotations = module.getGlobalVariable("llvm.global.annotations");
  if (annotations == nullptr || !annotations->hasInitializer()) return names;
  for (const llvm::Use& use : annotations->getInitializer()->operands()) {
    const auto* entry = llvm::dyn_cast<llvm::ConstantStruct>(use.get());
    if (entry == nullptr || text_of(entry->getOperand(1)) != "heddle.kernel") continue;
    if (const auto* function = llvm::dyn_cast<Function>(entry->getOperand(0)->stripPointerCasts());
        function != nullptr && !function->isDeclaration())
      names.insert(function->getName().str());
  }
  return names;
}

Result<Kernel> describe_kernel(Function& function) {
  Kernel kernel;
  kernel.name = function.getName().str();
  const llvm::DISubprogram* subprogram = function.getSubprogram();
  llvm::DITypeRefArray types(nullptr);
  if (subprogram != nullptr) {
    kernel.where = {subprogram->getFilename().str(), static_cast<int>(subprogram->getLine()), 0};
    types = subprogram->getType()->getTypeArray();
  }
  // Structures passed by value change the number of arguments; then debug information does not help.
  const bool typed = types && types.size() == function.arg_size() + 1;
  for (llvm::Argument& argument : function.args()) {
    Parameter parameter;
    parameter.name = argument.getName().str();
    llvm::Type* type = argument.getType();
    if (type->isPointerTy()) {
      parameter.kind = Parameter::Kind::kPointer;
      parameter.bytes = 1;
      if (argument.getDereferenceableBytes() != 0)
        parameter.extent_bytes = static_cast<std::int64_t>(argument.getDereferenceableBytes());
    } else if (type->isIntegerTy()) {
      parameter.bytes = static_cast<int>((type->getIntegerBitWidth() + 7) / 8);
    } else if (type->isFloatTy() || type->isDoubleTy()) {
      parameter.kind = Parameter::Kind::kFloat;
      parameter.bytes = type->isFloatTy() ? 4 : 8;
      parameter.format = type->isFloatTy() ? "fp32" : "fp64";
    } else {
      parameter.kind = Parameter::Kind::kOther;
    }
    if (typed && parameter.kind != Parameter::Kind::kOther) describe_type(types[argument.getArgNo() + 1], parameter);
    kernel.parameters.push_back(std::move(parameter));
  }
  llvm::Type* result = function.getReturnType();
  if (result->isIntegerTy()) kernel.return_bytes = static_cast<int>((result->getIntegerBitWidth() + 7) / 8);
  if (result->isFloatTy() || result->isDoubleTy()) {
    kernel.return_bytes = result->isFloatTy() ? 4 : 8;
    kernel.return_format = result->isFloatTy() ? "fp32" : "fp64";
  }
  HEDDLE_TRY(read_annotations(function, kernel));
  return kernel;
}

std::vector<GlobalVariable> publish(llvm::Module& module, const std::set<std::string>& functions) {
  std::vector<GlobalVariable> globals;
  for (llvm::GlobalVariable& variable : module.globals()) {
    if (variable.isDeclaration() || variable.hasPrivateLinkage() || variable.getName().starts_with("llvm.")) continue;
    if (variable.hasInternalLinkage()) variable.setLinkage(llvm::GlobalValue::ExternalLinkage);
    llvm::SmallVector<llvm::DIGlobalVariableExpression*, 1> descriptions;
    variable.getDebugInfo(descriptions);
    globals.push_back({variable.getName().str(),
                       static_cast<std::int64_t>(module.getDataLayout().getTypeAllocSize(variable.getValueType())),
                       variable.isConstant(),
                       descriptions.empty() ? "" : format_of(descriptions.front()->getVariable()->getType())});
  }
  for (const std::string& name : functions) {
    Function* function = module.getFunction(name);
    if (function != nullptr && function->hasInternalLinkage()) function->setLinkage(llvm::GlobalValue::ExternalLinkage);
  }
  std::sort(globals.begin(), globals.end(),
            [](const GlobalVariable& a, const GlobalVariable& b) { return a.name < b.name; });
  return globals;
}

void remove_annotations(llvm::Module& module) {
  for (Function& function : module) {
    for (llvm::BasicBlock& block : function)
      for (llvm::Instruction& instruction : llvm::make_early_inc_range(block))
        if (const auto* call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
            call != nullptr && call->getIntrinsicID() == llvm::Intrinsic::var_annotation)
          instruction.eraseFromParent();
  }
  if (llvm::GlobalVariable* annotations = module.getGlobalVariable("llvm.global.annotations"))
    annotations->eraseFromParent();
  // The texts of the annotations: code generation drops this section, so nobody could link to them.
  for (llvm::GlobalVariable& variable : llvm::make_early_inc_range(module.globals())) {
    variable.removeDeadConstantUsers();
    if (variable.getSection() == "llvm.metadata" && variable.use_empty()) variable.eraseFromParent();
  }
}

void inline_helpers(llvm::Module& module, const std::set<std::string>& functions) {
  llvm::CallGraph graph(module);
  for (auto component = llvm::scc_begin(&graph); !component.isAtEnd(); ++component) {
    Function* function = (*component).front()->getFunction();
    if (component.hasCycle() || function == nullptr || !is_helper(*function, functions)) continue;
    function->removeFnAttr(llvm::Attribute::NoInline);
    function->removeFnAttr(llvm::Attribute::OptimizeNone);
    const bool loops = has_loops(*function);
    for (llvm::User* user : function->users()) {
      auto* call = llvm::dyn_cast<llvm::CallBase>(user);
      if (call == nullptr || call->getCalledFunction() != function) continue;
      // A helper with loops keeps them under its own name, unless it is the inside of a nest.
      if (!loops || in_loop(*call)) call->addFnAttr(llvm::Attribute::AlwaysInline);
    }
  }
}

}  // namespace heddle::frontend
