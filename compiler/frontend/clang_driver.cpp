#include "compiler/frontend/clang_driver.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "compiler/base/files.h"
#include "compiler/frontend/clang_messages.h"

extern char** environ;  // NOLINT: POSIX names it so

namespace heddle::frontend {

namespace {

namespace fs = std::filesystem;

/// A directory that disappears with the object.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "heddle-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The exit status, or -1 if the program could not be started. Its standard error goes to the file.
int run(const std::vector<std::string>& command, const fs::path& messages) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

Result<std::string> run_clang(const CompileOptions& options) {
  std::error_code missing;
  if (!fs::exists(options.source, missing))
    return fail(ErrorCode::kNotFound, "cannot open '" + options.source.string() + "'");
  const Scratch scratch;
  if (scratch.path().empty()) return fail(ErrorCode::kIo, "cannot make a temporary directory");
  const fs::path bitcode = scratch.path() / "module.bc";
  const fs::path messages = scratch.path() / "messages";
  // Code generation as for -O2 (type-based aliasing, no `optnone`), but none of its passes: the order of passes is
  // ours.
  std::vector<std::string> command{"clang-19",
                                   "-x",
                                   "c",
                                   "-c",
                                   "-emit-llvm",
                                   "-O2",
                                   "-Xclang",
                                   "-disable-llvm-passes",
                                   "-g",
                                   "-fno-discard-value-names",
                                   "-fno-color-diagnostics",
                                   "-ffp-contract=off",
                                   "-D__HEDDLE__=1",
                                   "-o",
                                   bitcode.string()};
  if (!options.include_directory.empty()) command.push_back("-I" + options.include_directory.string());
  command.insert(command.end(), options.clang_arguments.begin(), options.clang_arguments.end());
  command.push_back(options.source.string());
  const int status = run(command, messages);
  if (status == -1) return fail(ErrorCode::kIo, "cannot run clang-19", {}, "install clang-19 (scripts/setup)");
  if (status != 0) {
    auto text = read_file(messages);
    std::string said = text ? *text : std::string();
    while (!said.empty() && said.back() == '\n') said.pop_back();
    return fail(ErrorCode::kBadInput, "clang does not accept the program:\n" + said, first_error(said));
  }
  return read_file(bitcode);
}

}  // namespace heddle::frontend
