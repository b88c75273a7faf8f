#include "runtime/explore/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "compiler/base/files.h"

namespace heddle::explore {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptLog = 4000;  // characters of what a lost worker printed
constexpr int kTries = 2;
constexpr int kOutOfMemory = 75;  // exit status of a worker

bool write_all(int file, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int file, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(file, data, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

/// A length, then that many bytes.
bool send(int file, const std::string& text) {
  const std::uint64_t size = text.size();
  std::string frame(reinterpret_cast<const char*>(&size), sizeof(size));
  frame += text;
  return write_all(file, frame.data(), frame.size());
}

std::optional<std::string> take_frame(std::string& received) {
  std::uint64_t size = 0;
  if (received.size() < sizeof(size)) return std::nullopt;
  std::memcpy(&size, received.data(), sizeof(size));
  if (received.size() < sizeof(size) + size) return std::nullopt;
  std::string text = received.substr(sizeof(size), size);
  received.erase(0, sizeof(size) + size);
  return text;
}

std::string end_of(const std::filesystem::path& log) {
  std::string text = read_file(log).value_or("");
  return text.size() > kKeptLog ? text.substr(text.size() - kKeptLog) : text;
}

/// Leaves the standard streams and these two. The collector's lock on its folder, among others, would outlive it.
void close_others(int a, int b) {
  const auto low = static_cast<unsigned>(std::min(a, b));
  const auto high = static_cast<unsigned>(std::max(a, b));
  if (low > 3) ::close_range(3, low - 1, 0);
  if (high > low + 1) ::close_range(low + 1, high - 1, 0);
  ::close_range(high + 1, ~0U, 0);
}

/// A process in the worker's group that ends the group when the collector is gone, with what evaluations have started.
/// It sees that at its end of the pipe for requests, which the collector alone writes to.
void start_guard(int in, int out) {
  if (::fork() != 0) return;
  ::close(out);  // else the collector would not see that the worker is gone
  pollfd collector{in, 0, 0};
  while (::poll(&collector, 1, -1) < 0 && errno == EINTR) continue;
  ::kill(0, SIGKILL);
  ::_exit(0);
}

void limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(static_cast<__rlimit_resource>(resource), &both);
}

}  // namespace

Pool::Pool(PoolOptions options, std::function<Json(const Json&)> evaluate)
    : options_(std::move(options)), evaluate_(std::move(evaluate)) {
  workers_.resize(static_cast<std::size_t>(std::max(options_.workers, 1)));
  ::signal(SIGPIPE, SIG_IGN);  // a worker that is gone is seen at its other pipe
}

Pool::~Pool() {
  for (Worker& worker : workers_) {
    if (worker.pid < 0) continue;
    ::kill(-worker.pid, SIGKILL);
    ::waitpid(worker.pid, nullptr, 0);
    ::close(worker.to);
    ::close(worker.from);
  }
}

std::filesystem::path Pool::log_of(std::size_t index) const {
  return options_.logs / fmt::format("worker-{}.log", index);
}

void Pool::submit(std::uint64_t task, Json request) { queue_.push_back({task, std::move(request), 0}); }

bool Pool::idle() const {
  return queue_.empty() && std::ranges::none_of(workers_, [](const Worker& worker) { return worker.task.has_value(); });
}

std::vector<pid_t> Pool::processes() const {
  std::vector<pid_t> pids;
  for (const Worker& worker : workers_) {
    if (worker.pid >= 0) pids.push_back(worker.pid);
  }
  return pids;
}

/// The life of a worker: in the forked process, never returns.
void Pool::work(int in, int out, const std::filesystem::path& log) const {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);  // an interrupt from the keyboard is the collector's business
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, SIG_DFL);
  close_others(in, out);
  start_guard(in, out);
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (file >= 0) {
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
  }
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_AS, static_cast<rlim_t>(options_.memory_mb) << 20U);
  for (;;) {
    std::uint64_t size = 0;
    if (!read_all(in, reinterpret_cast<char*>(&size), sizeof(size))) ::_exit(0);
    try {
      std::string text(size, '\0');
      if (!read_all(in, text.data(), size)) ::_exit(0);
      if (file >= 0 && ::ftruncate(file, 0) != 0) ::_exit(1);
      if (!send(out, evaluate_(Json::parse(text)).dump())) ::_exit(0);
    } catch (const std::bad_alloc&) {
      ::_exit(kOutOfMemory);
    } catch (const std::exception& error) {
      if (!send(out, Json{{"status", "failed"}, {"reason", fmt::format("internal error: {}", error.what())}}.dump()))
        ::_exit(0);
    }
  }
}

Status Pool::start(std::size_t index) {
  int to[2];
  int from[2];
  if (::pipe2(to, O_CLOEXEC) != 0)
    return fail(ErrorCode::kIo, fmt::format("cannot start a worker: {}", std::strerror(errno)));
  if (::pipe2(from, O_CLOEXEC) != 0) {
    ::close(to[0]);
    ::close(to[1]);
    return fail(ErrorCode::kIo, fmt::format("cannot start a worker: {}", std::strerror(errno)));
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(to[1]);
    ::close(from[0]);
    work(to[0], from[1], log_of(index));
  }
  ::close(to[0]);
  ::close(from[1]);
  if (pid < 0) {
    ::close(to[1]);
    ::close(from[0]);
    return fail(ErrorCode::kIo, fmt::format("cannot start a worker: {}", std::strerror(errno)));
  }
  ::setpgid(pid, pid);  // in the worker too: whichever comes first
  workers_[index] = {pid, to[1], from[0], {}, {}, {}, false};
  return {};
}

Status Pool::feed() {
  for (std::size_t k = 0; k < workers_.size() && !queue_.empty(); ++k) {
    if (workers_[k].task) continue;
    if (workers_[k].pid < 0) HEDDLE_TRY(start(k));
    Worker& worker = workers_[k];
    worker.task = std::move(queue_.front());
    queue_.pop_front();
    ++worker.task->attempts;
    worker.started = Clock::now();
    send(worker.to, worker.task->request.dump());  // a failure is seen when the worker is buried
  }
  return {};
}

/// A worker has ended; its task is tried again if somebody else's signal may be the cause.
void Pool::bury(std::size_t index, std::vector<Finished>& finished) {
  Worker& worker = workers_[index];
  int status = 0;
  ::waitpid(worker.pid, &status, 0);
  ::kill(-worker.pid, SIGKILL);
  ::close(worker.to);
  ::close(worker.from);
  Worker ended = std::move(worker);
  worker = {};
  if (!ended.task) return;
  Task& task = *ended.task;
  if (WIFSIGNALED(status) && !ended.timed_out && task.attempts < kTries) {
    queue_.push_front(std::move(task));
    return;
  }
  Finished lost{task.number, false, {}, {}, end_of(log_of(index)), 0};
  lost.seconds = std::chrono::duration<double>(Clock::now() - ended.started).count();
  if (ended.timed_out)
    lost.reason = fmt::format("took longer than {} s", options_.seconds);
  else if (WIFSIGNALED(status))
    lost.reason = fmt::format("crashed twice: signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  else if (WEXITSTATUS(status) == kOutOfMemory)
    lost.reason = fmt::format("needs more than {} MiB of memory", options_.memory_mb);
  else
    lost.reason = fmt::format("its process ended with status {}", WEXITSTATUS(status));
  finished.push_back(std::move(lost));
}

void Pool::receive(std::size_t index, std::vector<Finished>& finished) {
  Worker& worker = workers_[index];
  char buffer[65536];
  const ssize_t got = ::read(worker.from, buffer, sizeof(buffer));
  if (got < 0 && errno == EINTR) return;
  if (got <= 0) return bury(index, finished);
  worker.received.append(buffer, static_cast<std::size_t>(got));
  const auto text = take_frame(worker.received);
  if (!text) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - worker.started).count();
  finished.push_back({worker.task->number, true, Json::parse(*text), {}, {}, seconds});
  worker.task.reset();
}

void Pool::stop_late(Clock::time_point now) {
  for (Worker& worker : workers_) {
    if (!worker.task || worker.timed_out) continue;
    if (std::chrono::duration<double>(now - worker.started).count() < options_.seconds) continue;
    worker.timed_out = true;
    ::kill(-worker.pid, SIGKILL);
  }
}

Result<std::vector<Finished>> Pool::wait(int milliseconds) {
  HEDDLE_TRY(feed());
  std::vector<pollfd> files;
  std::vector<std::size_t> indices;
  for (std::size_t k = 0; k < workers_.size(); ++k) {
    if (workers_[k].pid < 0) continue;
    files.push_back({workers_[k].from, POLLIN, 0});
    indices.push_back(k);
  }
  const int ready = ::poll(files.data(), files.size(), milliseconds);
  std::vector<Finished> finished;
  for (std::size_t k = 0; ready > 0 && k < files.size(); ++k) {
    if (files[k].revents != 0) receive(indices[k], finished);
  }
  stop_late(Clock::now());
  HEDDLE_TRY(feed());
  return finished;
}

}  // namespace heddle::explore
