#include "runtime/session/native_run.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "compiler/base/check.h"

namespace heddle::session {

/// State of the run of this thread.
struct NativeHooks {
  NativeRun* run = nullptr;
  sigjmp_buf jump = {};
  NativeEnd::Kind kind = NativeEnd::Kind::kReturned;
  int status = 0;  ///< of exit(), or the number of the signal
  bool native = false;
  std::vector<void (*)()> at_exit;

  [[nodiscard]] Heap& heap() const { return run->heap_; }
  [[nodiscard]] ObjectTable& objects() const { return run->objects_; }
};

namespace {

thread_local NativeHooks* active = nullptr;

[[noreturn]] void leave(NativeEnd::Kind kind, int status) {
  active->kind = kind;
  active->status = status;
  active->native = false;
  siglongjmp(active->jump, 1);
}

void run_exit_handlers() {
  while (!active->at_exit.empty()) {
    auto* handler = active->at_exit.back();
    active->at_exit.pop_back();
    handler();
  }
}

// What the host program calls instead of the C library's functions of these names.
extern "C" {
static void* hooked_malloc(std::size_t bytes) { return active->heap().allocate(bytes); }
static void* hooked_calloc(std::size_t count, std::size_t bytes) {
  std::size_t total = 0;
  if (__builtin_mul_overflow(count, bytes, &total)) return nullptr;
  return active->heap().allocate(total);
}
static void* hooked_realloc(void* block, std::size_t bytes) { return active->heap().reallocate(block, bytes); }
static void hooked_free(void* block) { active->heap().release(block); }
static void* hooked_aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return active->heap().allocate_aligned(alignment, bytes);
}
static int hooked_posix_memalign(void** place, std::size_t alignment, std::size_t bytes) {
  *place = active->heap().allocate_aligned(alignment, bytes);
  return *place == nullptr ? 12 : 0;  // ENOMEM
}
static void hooked_exit(int status) {
  run_exit_handlers();
  leave(NativeEnd::Kind::kExited, status);
}
static void hooked_quick_exit(int status) { leave(NativeEnd::Kind::kExited, status); }
static void hooked_abort() { leave(NativeEnd::Kind::kCrashed, SIGABRT); }
static int hooked_atexit(void (*handler)()) {
  active->at_exit.push_back(handler);
  return 0;
}
static void enter_stack_object(char* object, std::int64_t bytes) {
  active->objects().add(object, bytes, "stack object");
}
static void leave_stack_object(const char* object) { active->objects().remove(object); }
// A buffer given to stdout would outlive the program that owns it.
static int hooked_setvbuf(std::FILE*, char*, int, std::size_t) { return 0; }
static void hooked_setbuf(std::FILE*, char*) {}
}

constexpr std::array kCrashSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

void on_crash(int signal) {
  if (active == nullptr || !active->native) {  // ours: die as if there were no handler
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    return;
  }
  leave(NativeEnd::Kind::kCrashed, signal);
}

/// Handlers on a stack of their own, so that running out of stack is caught too.
class CrashHandlers {
 public:
  CrashHandlers() : stack_(64 * 1024) {
    stack_t own = {};
    own.ss_sp = stack_.data();
    own.ss_size = stack_.size();
    sigaltstack(&own, &old_stack_);
    struct sigaction action = {};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t k = 0; k < kCrashSignals.size(); ++k) sigaction(kCrashSignals[k], &action, &old_[k]);
  }
  ~CrashHandlers() {
    for (std::size_t k = 0; k < kCrashSignals.size(); ++k) sigaction(kCrashSignals[k], &old_[k], nullptr);
    sigaltstack(&old_stack_, nullptr);
  }
  CrashHandlers(const CrashHandlers&) = delete;
  CrashHandlers& operator=(const CrashHandlers&) = delete;

 private:
  std::vector<char> stack_;
  stack_t old_stack_ = {};
  std::array<struct sigaction, kCrashSignals.size()> old_ = {};
};

/// Sends descriptor 1 to a file in memory: catches every way of writing, in order.
class OutputCapture {
 public:
  OutputCapture() : file_(memfd_create("stdout", MFD_CLOEXEC)), saved_(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
    HEDDLE_CHECK(file_ >= 0, "cannot make a file in memory for the standard output of the program");
    std::fflush(stdout);
    dup2(file_, STDOUT_FILENO);
  }
  ~OutputCapture() {
    if (saved_ >= 0) close(saved_);
    close(file_);
  }
  OutputCapture(const OutputCapture&) = delete;
  OutputCapture& operator=(const OutputCapture&) = delete;

  std::string finish() {
    std::fflush(stdout);
    if (saved_ >= 0) dup2(saved_, STDOUT_FILENO);
    std::string text(static_cast<std::size_t>(lseek(file_, 0, SEEK_END)), '\0');
    const ssize_t got = pread(file_, text.data(), text.size(), 0);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
  }

 private:
  int file_;
  int saved_;
};

/// Alone in its frame, because longjmp and local variables do not mix.
[[gnu::noinline]] void call_with_way_out(NativeHooks& hooks, const std::function<void()>& body) {
  if (sigsetjmp(hooks.jump, 1) != 0) return;
  hooks.native = true;
  body();
  run_exit_handlers();
  hooks.native = false;
}

std::string crash_name(int signal) {
  switch (signal) {
    case SIGSEGV: return "segmentation fault";
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic exception (integer division by zero, or its result does not fit)";
    case SIGILL: return "illegal instruction (unreachable code was reached)";
    default: return "abort() was called";
  }
}

template <class Function>
HostSymbol symbol(const char* name, Function* function) {
  return {name, reinterpret_cast<void*>(function)};
}

}  // namespace

std::vector<HostSymbol> NativeRun::symbols() {
  return {
      symbol("malloc", hooked_malloc),
      symbol("calloc", hooked_calloc),
      symbol("realloc", hooked_realloc),
      symbol("free", hooked_free),
      symbol("aligned_alloc", hooked_aligned_alloc),
      symbol("memalign", hooked_aligned_alloc),
      symbol("posix_memalign", hooked_posix_memalign),
      symbol("exit", hooked_exit),
      symbol("_exit", hooked_quick_exit),
      symbol("_Exit", hooked_quick_exit),
      symbol("quick_exit", hooked_quick_exit),
      symbol("abort", hooked_abort),
      symbol("atexit", hooked_atexit),
      symbol("setvbuf", hooked_setvbuf),
      symbol("setbuf", hooked_setbuf),
      symbol(kEnterStackSymbol, enter_stack_object),
      symbol(kLeaveStackSymbol, leave_stack_object),
  };
}

NativeEnd NativeRun::run(const std::function<void()>& body) {
  HEDDLE_CHECK(active == nullptr, "a native program is already running in this thread");
  NativeHooks hooks;
  hooks.run = this;
  OutputCapture capture;
  {
    const CrashHandlers handlers;
    active = &hooks;
    call_with_way_out(hooks, body);
    active = nullptr;
  }
  output_ += capture.finish();
  NativeEnd end;
  end.kind = hooks.kind;
  end.status = hooks.status;
  if (end.kind == NativeEnd::Kind::kCrashed) end.crash = crash_name(hooks.status);
  return end;
}

NativeRun::Outside::Outside() { active->native = false; }
NativeRun::Outside::~Outside() { active->native = true; }

void NativeRun::stop() { leave(NativeEnd::Kind::kStopped, 0); }

}  // namespace heddle::session
