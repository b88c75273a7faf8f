#include "cost_models/fpga/synthesis_cache.h"

#include <fmt/format.h>

#include <cstdint>

#include "cost_models/fpga/sqlite.h"

namespace heddle::fpga {
namespace {

constexpr int kApplicationId = 0x48444C31;  // "HDL1": tells our files from other SQLite files
constexpr int kVersion = 1;

using sqlite::column;
using sqlite::number;
using sqlite::prepare;
using sqlite::put;
using sqlite::run;
using sqlite::Statement;

struct Header {
  std::int64_t application, version, tables;

  bool is_new() const { return tables == 0 && application == 0; }
};

/// Needs an open transaction, or another process may create the tables between two of the readings.
std::optional<Header> read_header(sqlite3* database) {
  const auto application = number(database, "PRAGMA application_id");
  const auto version = number(database, "PRAGMA user_version");
  const auto tables = number(database, "SELECT count(*) FROM sqlite_master");
  if (!application || !version || !tables) return std::nullopt;
  return Header{*application, *version, *tables};
}

std::optional<Header> look(sqlite3* database) {
  if (!run(database, "BEGIN")) return std::nullopt;
  const auto header = read_header(database);
  return header && run(database, "COMMIT") ? header : std::nullopt;
}

/// Creates the table, unless another process did so before this one had the write lock. A failure leaves the
/// transaction open, with its message; closing the database rolls it back.
bool create(sqlite3* database) {
  if (!run(database, "BEGIN IMMEDIATE")) return false;
  const auto header = read_header(database);
  if (!header) return false;
  if (header->is_new() &&
      !run(database, fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}; CREATE TABLE synthesis (key "
                                 "TEXT PRIMARY KEY, identity TEXT NOT NULL, result TEXT NOT NULL, log TEXT NOT NULL)",
                                 kApplicationId, kVersion)))
    return false;
  return run(database, "COMMIT");
}

}  // namespace

void SynthesisCache::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

tl::unexpected<Error> SynthesisCache::failure(const std::string& doing) const {
  return fail(ErrorCode::kIo,
              fmt::format("synthesis cache {}: {}: {}", path_.string(), doing, sqlite3_errmsg(database_.get())), {},
              "remove the file, or name another one; it holds nothing that cannot be made again");
}

Result<SynthesisCache> SynthesisCache::open(const std::filesystem::path& path, double busy_seconds) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  SynthesisCache cache(std::unique_ptr<sqlite3, Close>(raw), path);
  if (opened != SQLITE_OK) return cache.failure("cannot open");
  sqlite3_busy_timeout(raw, static_cast<int>(busy_seconds * 1000));
  auto header = look(raw);
  if (header && header->is_new()) {
    if (!create(raw)) return cache.failure("cannot create");
    header = look(raw);
  }
  if (!header) return cache.failure("cannot read");
  if (header->application != kApplicationId || header->version != kVersion)
    return fail(ErrorCode::kIo,
                fmt::format("synthesis cache {}: this is another kind of database, or of another version "
                            "(application {:#x} version {}, expected {:#x} version {})",
                            path.string(), header->application, header->version, kApplicationId, kVersion),
                {}, "name another file");
  // Refused while another process has the file open; the rollback journal is as safe, only slower. An entry lost
  // with the power is made again, so a commit need not wait for the disk.
  run(raw, "PRAGMA journal_mode = WAL");
  run(raw, "PRAGMA synchronous = NORMAL");
  return cache;
}

Result<std::optional<CacheEntry>> SynthesisCache::find(const std::string& key, const std::string& identity) const {
  const Statement statement =
      prepare(database_.get(), "SELECT identity, result, log FROM synthesis WHERE key = ?1 AND identity = ?2");
  if (!statement) return failure("cannot read");
  put(statement, 1, key);
  put(statement, 2, identity);
  const int status = sqlite3_step(statement.get());
  if (status == SQLITE_DONE) return std::optional<CacheEntry>();
  if (status != SQLITE_ROW) return failure("cannot read");
  return CacheEntry{column(statement, 0), column(statement, 1), column(statement, 2)};
}

Status SynthesisCache::store(const std::string& key, const CacheEntry& entry) {
  const Statement statement =
      prepare(database_.get(), "INSERT OR REPLACE INTO synthesis (key, identity, result, log) VALUES (?1, ?2, ?3, ?4)");
  if (!statement) return failure("cannot write");
  put(statement, 1, key);
  put(statement, 2, entry.identity);
  put(statement, 3, entry.result);
  put(statement, 4, entry.log);
  if (sqlite3_step(statement.get()) != SQLITE_DONE) return failure("cannot write");
  return {};
}

Result<std::int64_t> SynthesisCache::size() const {
  const auto count = number(database_.get(), "SELECT count(*) FROM synthesis");
  if (!count) return failure("cannot read");
  return *count;
}

}  // namespace heddle::fpga
