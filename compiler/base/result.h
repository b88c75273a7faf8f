// Errors as values: what went wrong, where, and what to do about it.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace heddle {

/// A place in a text file. Lines and columns count from 1; 0 means unknown.
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;

  bool operator==(const Mark&) const = default;
};

enum class ErrorCode {
  kBadInput,     ///< malformed or inconsistent input: exit status 2
  kNotFound,     ///< a file or a named thing does not exist: exit status 2
  kUnsupported,  ///< understood, but outside what the tool does: exit status 2
  kIo,           ///< the operating system refused a read or a write: exit status 2
  kInfeasible,   ///< a well-posed question with a negative answer: exit status 1
  kMismatch,     ///< two models disagree: exit status 1
  kInterrupted,  ///< the user asked to stop: exit status 130
};

/// A remark that goes with an error, with a place of its own.
struct Note {
  std::string message;
  Mark where;
};

/// A failure caused by the input or the environment, never by a bug of ours (see HEDDLE_CHECK for those).
struct Error {
  ErrorCode code = ErrorCode::kBadInput;
  std::string message;
  Mark where = {};
  std::vector<Note> notes = {};
  std::string hint = {};  ///< what the user can do, e.g. the nearest valid name
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

/// Shorthand for returning an Error from a function that returns Result or Status.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, Mark where = {}, std::string hint = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(where), {}, std::move(hint)});
}

inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// `file:line:col: error: message` and its notes, one a line, in the form compilers use.
std::string to_string(const Error& error);

/// The process exit status that an error of this kind ends with.
int exit_status(ErrorCode code);

}  // namespace heddle

/// Evaluates a Result or Status; on failure returns its error from the calling function.
#define HEDDLE_TRY(expression)                                                             \
  do {                                                                                     \
    auto&& heddle_try_result = (expression);                                               \
    if (!heddle_try_result) return ::tl::unexpected(std::move(heddle_try_result).error()); \
  } while (false)

/// `HEDDLE_ASSIGN(auto x, make_x());` declares x from a Result, or returns its error.
#define HEDDLE_ASSIGN(declaration, expression) HEDDLE_ASSIGN_IMPL(declaration, expression, __COUNTER__)
#define HEDDLE_ASSIGN_IMPL(declaration, expression, id) HEDDLE_ASSIGN_NAMED(declaration, expression, id)
#define HEDDLE_ASSIGN_NAMED(declaration, expression, id)                                   \
  auto heddle_result_##id = (expression);                                                  \
  if (!heddle_result_##id) return ::tl::unexpected(std::move(heddle_result_##id).error()); \
  declaration = std::move(*heddle_result_##id)  // NOLINT(bugprone-macro-parentheses)
