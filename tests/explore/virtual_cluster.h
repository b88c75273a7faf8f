// A Slurm cluster of three nodes of one CPU each on this machine, for as long as the object exists: the daemons of
// Debian's packages, bound to 127.0.0.1.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace heddle::explore {

class VirtualCluster {
 public:
  /// Starts the daemons, and sets SLURM_CONF for this process and those it starts.
  explicit VirtualCluster(const std::filesystem::path& folder);
  VirtualCluster(const VirtualCluster&) = delete;
  VirtualCluster& operator=(const VirtualCluster&) = delete;
  ~VirtualCluster();

  /// Empty when all nodes are idle within 30 s; else what the daemons logged.
  [[nodiscard]] std::string trouble() const;

  /// Waits, up to 30 s, until a task with a worker runs on every node, and stops these (SIGSTOP), however short they
  /// are.
  void catch_tasks();
  /// The pids of what was caught on a node, the daemon of the job step first; empty if nothing was.
  [[nodiscard]] std::vector<pid_t> caught_on(const std::string& node) const {
    const auto found = caught_.find(node);
    return found == caught_.end() ? std::vector<pid_t>{} : found->second;
  }
  /// Lets what was caught, and is alive, go on.
  void release_tasks();

  /// As if its power went: daemon, job steps and jobs are gone at once. The controller is told, since it would wait.
  void lose(const std::string& node);

  /// Jobs that were put back in the queue start now, not in two minutes.
  static void hurry();

  /// What a command of the shell prints.
  static std::string output(const std::string& command);

 private:
  void write_configuration();
  pid_t start(const std::vector<std::string>& command);

  std::filesystem::path folder_;
  std::map<std::string, std::vector<pid_t>> caught_;
  std::map<std::string, pid_t> daemons_;  // munged, slurmctld, n1, n2, n3
};

}  // namespace heddle::explore
