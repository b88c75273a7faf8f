// What the project's two stores need of SQLite beside its C interface.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace heddle::sqlite {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Null on an error, which sqlite3_errmsg tells.
inline Statement prepare(sqlite3* database, const char* text) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database, text, -1, &statement, nullptr);
  return Statement(statement);
}

/// Parameters are counted from 1; the text is copied.
inline void put(const Statement& statement, int index, const std::string& text) {
  sqlite3_bind_text(statement.get(), index, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

/// Columns are counted from 0; NULL is empty.
inline std::string column(const Statement& statement, int index) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), index));
  return text == nullptr ? std::string()
                         : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), index)));
}

/// The first column of the first row, or nothing on an error.
inline std::optional<std::int64_t> number(sqlite3* database, const char* text) {
  const Statement statement = prepare(database, text);
  if (!statement || sqlite3_step(statement.get()) != SQLITE_ROW) return std::nullopt;
  return sqlite3_column_int64(statement.get(), 0);
}

/// False on an error.
inline bool run(sqlite3* database, const std::string& text) {
  return sqlite3_exec(database, text.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

}  // namespace heddle::sqlite
