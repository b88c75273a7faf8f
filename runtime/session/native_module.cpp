#include "runtime/session/native_module.h"

#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include "compiler/frontend/number_functions.h"

namespace heddle::session {

namespace orc = llvm::orc;

struct NativeModule::Impl {
  std::string messages;  ///< what ORC reported aside from its return values; outlives `jit`, which writes to it
  std::unique_ptr<orc::LLJIT> jit;
  std::vector<DataObject> data;
  void (*entry)(const std::int64_t*, std::int64_t*) = nullptr;
};

namespace {

tl::unexpected<Error> link_failed(llvm::Error error, const std::string& messages) {
  std::string text = llvm::toString(std::move(error));
  if (!messages.empty()) text = messages;
  return fail(ErrorCode::kBadInput, "cannot link the host program: " + text);
}

llvm::Error define_symbols(orc::LLJIT& jit, const std::vector<HostSymbol>& symbols) {
  orc::SymbolMap map;
  for (const HostSymbol& symbol : symbols) {
    map[jit.mangleAndIntern(symbol.name)] = {orc::ExecutorAddr::fromPtr(symbol.address),
                                             llvm::JITSymbolFlags::Exported};
  }
  for (const frontend::NativeFunction& function : frontend::native_number_functions()) {
    map[jit.mangleAndIntern(function.symbol)] = {
        orc::ExecutorAddr::fromPtr(function.address),
        llvm::JITSymbolFlags(llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable)};
  }
  return jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(map)));
}

llvm::Error add_process_symbols(orc::LLJIT& jit) {
  auto generator = orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(jit.getDataLayout().getGlobalPrefix());
  if (!generator) return generator.takeError();
  jit.getMainJITDylib().addGenerator(std::move(*generator));
  return llvm::Error::success();
}

llvm::Error add_object(orc::LLJIT& jit, const std::string& object) {
  return jit.addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, "program.o"));
}

/// One lookup links everything.
llvm::Error find_data(orc::LLJIT& jit, const NativeCode& code, std::vector<DataObject>& data) {
  for (const NativeCode::Data& item : code.data) {
    auto address = jit.lookup(item.symbol);
    if (!address) return address.takeError();
    data.push_back({item.symbol, address->toPtr<char*>(), item.bytes, item.constant, item.pointers});
  }
  return llvm::Error::success();
}

}  // namespace

NativeModule::NativeModule(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NativeModule::~NativeModule() = default;

Result<std::unique_ptr<NativeModule>> NativeModule::link(const NativeCode& code,
                                                         const std::vector<HostSymbol>& symbols) {
  auto impl = std::make_unique<Impl>();
  // No platform: its support module would be compiled again for every run, and plain C needs none of it.
  auto jit =
      orc::LLJITBuilder().setPlatformSetUp(orc::setUpInactivePlatform).setLinkProcessSymbolsByDefault(false).create();
  if (!jit) return link_failed(jit.takeError(), "");
  impl->jit = std::move(*jit);
  impl->jit->getExecutionSession().setErrorReporter(
      [&messages = impl->messages](llvm::Error error) { messages = llvm::toString(std::move(error)); });
  if (auto error = define_symbols(*impl->jit, symbols)) return link_failed(std::move(error), impl->messages);
  if (auto error = add_process_symbols(*impl->jit)) return link_failed(std::move(error), impl->messages);
  if (auto error = add_object(*impl->jit, code.object)) return link_failed(std::move(error), impl->messages);
  auto entry = impl->jit->lookup(kEntrySymbol);
  if (!entry) return link_failed(entry.takeError(), impl->messages);
  impl->entry = entry->toPtr<void (*)(const std::int64_t*, std::int64_t*)>();
  if (auto error = find_data(*impl->jit, code, impl->data)) return link_failed(std::move(error), impl->messages);
  return std::unique_ptr<NativeModule>(new NativeModule(std::move(impl)));
}

void NativeModule::call(const std::int64_t* arguments, std::int64_t* result) const { impl_->entry(arguments, result); }

const std::vector<DataObject>& NativeModule::data() const { return impl_->data; }

}  // namespace heddle::session
