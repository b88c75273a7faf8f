#include "tests/explore/virtual_cluster.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "compiler/base/files.h"

namespace heddle::explore {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kNodes{"n1", "n2", "n3"};

/// Ports that nobody uses now.
std::vector<int> free_ports(std::size_t count) {
  std::vector<int> sockets;
  std::vector<int> ports;
  for (std::size_t k = 0; k < count; ++k) {
    sockets.push_back(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(sockets.back(), reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(sockets.back(), reinterpret_cast<sockaddr*>(&address), &size);
    ports.push_back(::ntohs(address.sin_port));
  }
  for (const int each : sockets) ::close(each);
  return ports;
}

std::string host_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string name = host.data();
  return name.substr(0, name.find('.'));
}

std::string user_name() {
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "root" : user->pw_name;
}

pid_t parent_of(pid_t pid) {
  const std::string text = read_file(fmt::format("/proc/{}/stat", pid)).value_or("");
  const auto end = text.rfind(')');
  return end == std::string::npos ? 0 : static_cast<pid_t>(std::strtol(text.c_str() + end + 4, nullptr, 10));
}

bool is_step_daemon(pid_t pid) {
  return read_file(fmt::format("/proc/{}/comm", pid)).value_or("").starts_with("slurmstepd");
}

std::vector<pid_t> job_processes(const std::string& node, const std::string& cluster) {
  std::set<pid_t> daemons;
  std::vector<pid_t> jobs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const auto pid = static_cast<pid_t>(std::strtol(entry.path().filename().c_str(), nullptr, 10));
    if (pid <= 0) continue;
    const std::string environment = read_file(entry.path() / "environ").value_or("");
    if (environment.find("SLURMD_NODENAME=" + node + '\0') == std::string::npos) continue;
    if (environment.find("SLURM_CONF=" + cluster + '\0') == std::string::npos) continue;
    jobs.push_back(pid);
    if (const pid_t parent = parent_of(pid); is_step_daemon(parent)) daemons.insert(parent);
  }
  std::vector<pid_t> all(daemons.begin(), daemons.end());
  all.insert(all.end(), jobs.begin(), jobs.end());
  return all;
}

}  // namespace

std::string VirtualCluster::output(const std::string& command) {
  FILE* stream = ::popen((command + " 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), stream) != nullptr) text += buffer.data();
  ::pclose(stream);
  return text;
}

void VirtualCluster::write_configuration() {
  const std::vector<int> ports = free_ports(5);
  std::ofstream conf(folder_ / "slurm.conf");
  const std::string at = folder_.string();
  conf << fmt::format(
      "ClusterName=heddle\nSlurmctldHost={0}(127.0.0.1)\nSlurmUser={1}\nSlurmdUser={1}\nAuthType=auth/munge\n"
      "AuthInfo=socket={2}/munge/socket\nCommunicationParameters=NoInAddrAny,NoCtldInAddrAny\n"
      "SlurmctldPort={3}\nSlurmdPort={4}\nStateSaveLocation={2}/state\nSlurmdSpoolDir={2}/spool-%n\n"
      "SlurmctldPidFile={2}/slurmctld.pid\nSlurmdPidFile={2}/slurmd-%n.pid\n",
      host_name(), user_name(), at, ports[0], ports[1]);
  conf << "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nJobAcctGatherType=jobacct_gather/none\n"
          "AccountingStorageType=accounting_storage/none\nSelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n"
          "SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0\nReturnToService=2\n"
          "MpiDefault=none\nMailProg=/bin/true\nSlurmdTimeout=10\n";
  for (std::size_t k = 0; k < kNodes.size(); ++k)
    conf << fmt::format("NodeName={} NodeHostname={} NodeAddr=127.0.0.1 Port={} CPUs=1 RealMemory=1000\n", kNodes[k],
                        host_name(), ports[2 + k]);
  conf << "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n";
  // Nothing above uses cgroups, but slurmd looks for them and gives up where none are mounted, unless told which.
  std::ofstream(folder_ / "cgroup.conf") << "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n";
}

pid_t VirtualCluster::start(const std::vector<std::string>& command) {
  const std::string log = folder_ / (command.back() + ".out");
  std::vector<char*> arguments;
  for (const std::string& each : command) arguments.push_back(const_cast<char*>(each.c_str()));
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  return pid;
}

VirtualCluster::VirtualCluster(const fs::path& folder) : folder_(folder) {
  for (const char* each : {"state", "munge", "spool-n1", "spool-n2", "spool-n3"})
    fs::create_directories(folder_ / each);
  fs::permissions(folder_ / "munge", fs::perms::owner_all);
  std::ofstream(folder_ / "munge" / "key") << std::string(1024, 'k');
  fs::permissions(folder_ / "munge" / "key", fs::perms::owner_read | fs::perms::owner_write);
  write_configuration();
  ::setenv("SLURM_CONF", (folder_ / "slurm.conf").c_str(), 1);
  ::setenv("PATH", fmt::format("{}:/usr/sbin:/sbin", std::getenv("PATH")).c_str(), 1);
  const std::string munge = folder_ / "munge";
  daemons_["munged"] = start({"munged", "--force", "--key-file=" + munge + "/key", "--socket=" + munge + "/socket",
                              "--pid-file=" + munge + "/pid", "--log-file=" + munge + "/log",
                              "--seed-file=" + munge + "/seed", "--foreground"});
  for (int k = 0; k < 100 && !fs::exists(folder_ / "munge" / "socket"); ++k)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  daemons_["slurmctld"] = start({"slurmctld", "-D"});
  for (const std::string& node : kNodes) daemons_[node] = start({"slurmd", "-D", "-N", node});
}

VirtualCluster::~VirtualCluster() {
  release_tasks();
  output("scancel --user=" + std::to_string(::getuid()));
  for (const std::string& node : kNodes) {
    for (const pid_t each : job_processes(node, folder_ / "slurm.conf")) ::kill(each, SIGKILL);
  }
  for (const auto& [name, pid] : daemons_) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
}

std::string VirtualCluster::trouble() const {
  std::string nodes;
  for (int k = 0; k < 100; ++k) {
    nodes = output("sinfo --noheader --Node --format='%N %t'");
    if (nodes == "n1 idle\nn2 idle\nn3 idle\n") return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  std::string text = "the virtual cluster did not come up: " + nodes;
  for (const char* log : {"--foreground.out", "-D.out", "n1.out"})
    text += fmt::format("--- {}\n{}", log, read_file(folder_ / log).value_or("(no log)\n"));
  return text;
}

void VirtualCluster::catch_tasks() {
  const auto signal_jobs = [](const std::vector<pid_t>& processes, int signal) {
    for (std::size_t k = 1; k < processes.size(); ++k) ::kill(processes[k], signal);
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (caught_.size() < kNodes.size() && std::chrono::steady_clock::now() < end) {
    for (const std::string& node : kNodes) {
      if (caught_.contains(node)) continue;
      std::vector<pid_t> found = job_processes(node, folder_ / "slurm.conf");
      signal_jobs(found, SIGSTOP);
      // A task that has no worker yet goes on for a moment at a time, until it has one.
      for (int k = 0; k < 1000 && found.size() == 2; ++k) {
        signal_jobs(found, SIGCONT);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        signal_jobs(found, SIGSTOP);
        found = job_processes(node, folder_ / "slurm.conf");
      }
      signal_jobs(found, found.size() > 2 ? SIGSTOP : SIGCONT);
      if (found.size() > 2) caught_[node] = found;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void VirtualCluster::release_tasks() {
  for (const auto& [node, processes] : caught_) {
    for (const pid_t each : processes) ::kill(each, SIGCONT);
  }
  caught_.clear();
}

void VirtualCluster::hurry() {
  output(
      "squeue --noheader --array --states=PENDING --format='%i %r' | grep BeginTime | cut -d' ' -f1 |"
      " xargs -r -I@ scontrol update JobId=@ StartTime=now");
}

void VirtualCluster::lose(const std::string& node) {
  ::kill(daemons_.at(node), SIGKILL);
  ::waitpid(daemons_.at(node), nullptr, 0);
  daemons_.erase(node);
  for (const pid_t each : job_processes(node, folder_ / "slurm.conf")) ::kill(each, SIGKILL);
  output("scontrol update NodeName=" + node + " State=DOWN Reason=lost");
}

}  // namespace heddle::explore
