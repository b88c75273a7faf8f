#include "runtime/verify/user_rtl_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "compiler/base/check.h"
#include "runtime/verify/dut_driver/dut_protocol.h"

namespace heddle::verify {
namespace {

constexpr int kPollMilliseconds = 20;
constexpr int kCannotExecute = 127;
constexpr std::size_t kMinimumWords = 4096;  // room for the wiring

std::size_t words_of(const std::vector<DutWiring::Port>& ports) {
  std::size_t words = 0;
  for (const DutWiring::Port& port : ports) words += port.words;
  return words;
}

/// Moves a descriptor above those that the child expects, so that dup2 cannot overwrite it.
int above_standard(int file) {
  const int moved = ::fcntl(file, F_DUPFD_CLOEXEC, 10);
  ::close(file);
  return moved;
}

/// Only calls that are safe between fork and exec. The output of the program goes nowhere: what Verilator's run time
/// prints is taken by the driver.
[[noreturn]] void become(const char* program, int socket, int memory) {
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int file = 0; file <= 2; ++file) ::dup2(nothing, file);
  ::dup2(socket, kHeddleDutSocket);
  ::dup2(memory, kHeddleDutMemory);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a design in an endless loop would outlive us
  char* const arguments[] = {const_cast<char*>(program), nullptr};
  ::execv(program, arguments);
  ::_exit(kCannotExecute);
}

}  // namespace

std::size_t DutWiring::driven_words() const { return words_of(driven); }
std::size_t DutWiring::sampled_words() const { return words_of(sampled); }

DutProcess::DutProcess(std::filesystem::path program, DutWiring wiring, double seconds, const Context& context)
    : program_(std::move(program)), wiring_(std::move(wiring)), seconds_(seconds), context_(context) {}

DutProcess::~DutProcess() {
  kill();
  if (memory_ != nullptr) ::munmap(memory_, memory_->bytes);
  if (memory_file_ >= 0) ::close(memory_file_);
}

void DutProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::close(socket_);
  pid_ = -1;
}

Status DutProcess::spawn() {
  kill();
  const auto io_error = [](const char* what) {
    return fail(ErrorCode::kIo, fmt::format("cannot {}: {}", what, std::strerror(errno)));
  };
  if (memory_ == nullptr) {
    const std::size_t inputs = std::max(kBlock * wiring_.driven_words(), kMinimumWords);
    const std::size_t outputs = std::max(kBlock * wiring_.sampled_words(), kMinimumWords);
    const std::uint64_t bytes = sizeof(HeddleDutMemory) + 8 * (inputs + outputs);
    memory_file_ = ::memfd_create("heddle-dut", MFD_CLOEXEC);
    if (memory_file_ < 0) return io_error("make shared memory");
    memory_file_ = above_standard(memory_file_);
    if (::ftruncate(memory_file_, static_cast<off_t>(bytes)) != 0) return io_error("size shared memory");
    void* place = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory_file_, 0);
    if (place == MAP_FAILED) return io_error("map shared memory");
    memory_ = static_cast<HeddleDutMemory*>(place);
    memory_->bytes = bytes;
    memory_->inputs = sizeof(HeddleDutMemory);
    memory_->outputs = sizeof(HeddleDutMemory) + 8 * inputs;
    auto* words = reinterpret_cast<std::uint64_t*>(static_cast<char*>(place) + memory_->inputs);
    inputs_ = {words, inputs};
    outputs_ = {words + inputs, outputs};
  }
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return io_error("make a socket");
  socket_ = above_standard(ends[0]);
  const int theirs = above_standard(ends[1]);
  const std::string program = program_.string();
  pid_ = ::fork();
  if (pid_ == 0) become(program.c_str(), theirs, memory_file_);
  ::close(theirs);
  if (pid_ < 0) {
    ::close(socket_);
    return io_error("start the verilated design");
  }
  return configure();
}

Status DutProcess::configure() {
  std::vector<std::uint64_t> words;
  for (const auto* list : {&wiring_.driven, &wiring_.sampled}) {
    words.push_back(list->size());
    for (const DutWiring::Port& port : *list) words.push_back(port.index);
  }
  words.push_back(wiring_.clock ? *wiring_.clock : kHeddleDutNone);
  words.push_back(wiring_.reset ? *wiring_.reset : kHeddleDutNone);
  words.push_back(wiring_.reset_active_high ? 1 : 0);
  words.push_back(wiring_.tied.size());
  for (const DutWiring::Tie& tie : wiring_.tied) {
    words.push_back(tie.index);
    words.push_back(tie.value.size());
    words.insert(words.end(), tie.value.begin(), tie.value.end());
  }
  if (words.size() > inputs_.size()) return fail(ErrorCode::kUnsupported, "the design has too many ports");
  std::copy(words.begin(), words.end(), inputs_.begin());
  return call(kHeddleDutConfigure, 0, "starting");
}

Status DutProcess::send(std::uint32_t operation, std::size_t count, std::uint64_t seed) {
  HEDDLE_CHECK(pid_ >= 0, "a design that failed is used");
  const HeddleDutRequest request{operation, static_cast<std::uint32_t>(count), seed};
  if (::send(socket_, &request, sizeof request, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof request)) return {};
  return fail(died("starting"));
}

Error DutProcess::died(const std::string& doing) {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ::close(socket_);
  pid_ = -1;
  std::string how = "ended";
  if (WIFSIGNALED(status)) how = fmt::format("crashed ({})", ::strsignal(WTERMSIG(status)));
  return {ErrorCode::kUnsupported, fmt::format("the verilated design {} while {}", how, doing)};
}

Status DutProcess::receive(const std::string& doing) {
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds_));
  pollfd wait_for{socket_, POLLIN, 0};
  while (::poll(&wait_for, 1, kPollMilliseconds) <= 0) {
    if (context_.cancelled()) {
      kill();
      return fail(ErrorCode::kInterrupted, "interrupted");
    }
    if (Clock::now() < deadline) continue;
    kill();
    return fail(ErrorCode::kUnsupported, fmt::format("the design did not answer within {} s while {}", seconds_, doing),
                {}, "is there a loop without end in it? --timeout S waits longer");
  }
  HeddleDutReply reply{};
  if (::recv(socket_, &reply, sizeof reply, MSG_WAITALL) != static_cast<ssize_t>(sizeof reply))
    return fail(died(doing));
  if (reply.status == kHeddleDutDone) return {};
  const std::string text(memory_->text, ::strnlen(memory_->text, sizeof memory_->text));
  kill();
  if (reply.status == kHeddleDutBroken) return fail(ErrorCode::kIo, text);
  stopped_at_ = reply.done;
  return fail(ErrorCode::kUnsupported, fmt::format("the design stopped itself while {}: {}", doing, text));
}

Status DutProcess::call(std::uint32_t operation, std::size_t count, const std::string& doing, std::uint64_t seed) {
  HEDDLE_TRY(send(operation, count, seed));
  return receive(doing);
}

Status DutProcess::open(PowerUp start) {
  if (pid_ < 0) HEDDLE_TRY(spawn());
  return call(kHeddleDutOpen, static_cast<std::size_t>(start), "powering up", context_.seed);
}

Status DutProcess::reset(std::uint32_t cycles) {
  if (!wiring_.reset) return {};
  return call(kHeddleDutReset, wiring_.clock ? cycles : 0, "in reset");
}

Status DutProcess::open_trace(const std::filesystem::path& file) {
  const std::string name = file.string();
  if (name.size() >= sizeof memory_->text) return fail(ErrorCode::kIo, "the name of the waveform is too long");
  std::memcpy(memory_->text, name.c_str(), name.size() + 1);
  return call(kHeddleDutTrace, 0, "opening the waveform");
}

Status DutProcess::close_trace() {
  memory_->text[0] = '\0';
  return call(kHeddleDutTrace, 0, "closing the waveform");
}

Status DutProcess::start(std::size_t vectors) {
  HEDDLE_CHECK(vectors <= kBlock, "block too large");
  stopped_at_.reset();
  return send(kHeddleDutRun, vectors);
}

Status DutProcess::wait() { return receive("running"); }

Status DutProcess::run(std::size_t vectors) {
  HEDDLE_TRY(start(vectors));
  return wait();
}

}  // namespace heddle::verify
