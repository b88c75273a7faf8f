// The side of the nodes.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <sstream>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "runtime/explore/evaluate.h"
#include "runtime/explore/pool.h"
#include "runtime/explore/slurm.h"

namespace heddle::explore {
namespace {

/// Tells the processes of all nodes apart.
std::string process_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return fmt::format("{}-{}", host.data(), ::getpid());
}

Status write_result(const std::filesystem::path& folder, const std::string& key, const Finished& finished) {
  const Json content{
      {"done", finished.done}, {"result", finished.result}, {"reason", finished.reason}, {"log", finished.log}};
  // Renamed twice: the first temporary's name tells the processes of one machine apart only.
  const auto partial = folder / "partial" / fmt::format("{}-{}", process_name(), key);
  HEDDLE_TRY(write_file(partial, content.dump(-1, ' ', false, Json::error_handler_t::replace)));
  std::error_code error;
  std::filesystem::rename(partial, folder / "results" / (key + ".json"), error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot write the result {}: {}", key, error.message()));
  return {};
}

}  // namespace

std::string evaluation_key(const std::string& request) {
  const std::uint64_t hash = content_hash(request);
  return hex64(hash) + hex64(content_hash(request, ~hash));
}

Status run_slurm_task(const std::filesystem::path& folder, const std::string& task, const Context& context,
                      const std::function<Json(const Json&)>& evaluate) {
  const auto path = folder / "tasks" / (task + ".jsonl");
  std::error_code error;
  // All its results are stored already: the task is the duplicate of one that was thought lost.
  if (!std::filesystem::exists(path, error) && std::filesystem::exists(folder / "name", error)) return {};
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const Json head = Json::parse(line);
  if (head["build"] != build_id())
    return fail(ErrorCode::kBadInput, "the sweep was begun by another build of heddle than this node runs", {},
                "--resume with this build is refused too: use the build that began it, or another folder");
  const TemporaryDirectory logs(std::filesystem::temp_directory_path());
  Pool pool({1, head["seconds"], head["memory_mb"], logs.path()}, evaluate);
  std::vector<std::string> keys;
  while (std::getline(lines, line)) {
    const std::string key = evaluation_key(line);
    if (std::filesystem::exists(folder / "results" / (key + ".json"), error)) continue;
    pool.submit(keys.size(), Json::parse(line));
    keys.push_back(key);
  }
  while (!pool.idle()) {
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    HEDDLE_ASSIGN(const auto finished, pool.wait(200));
    for (const Finished& each : finished) HEDDLE_TRY(write_result(folder, keys[each.task], each));
  }
  return {};
}

}  // namespace heddle::explore
