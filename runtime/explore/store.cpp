#include "runtime/explore/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "cost_models/fpga/sqlite.h"

namespace heddle::explore {
namespace {

constexpr std::int64_t kApplicationId = 0x48444C32;  // "HDL2": tells our files from other SQLite files
constexpr std::int64_t kVersion = 1;

using sqlite::column;
using sqlite::number;
using sqlite::prepare;
using sqlite::put;
using sqlite::run;
using sqlite::Statement;

bool create(sqlite3* database) {
  return run(database, fmt::format("BEGIN IMMEDIATE; PRAGMA application_id = {}; PRAGMA user_version = {};"
                                   "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
                                   "CREATE TABLE point (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
                                   " content TEXT NOT NULL, log TEXT NOT NULL); COMMIT",
                                   kApplicationId, kVersion));
}

Record record_of(const Statement& row) {
  return {static_cast<std::uint64_t>(sqlite3_column_int64(row.get(), 0)), column(row, 1), Json::parse(column(row, 2)),
          column(row, 3)};
}

}  // namespace

void Store::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

void Store::Unlock::operator()(const int* file) const {
  ::close(*file);
  delete file;
}

tl::unexpected<Error> Store::failure(const std::string& doing) const {
  return fail(ErrorCode::kIo,
              fmt::format("sweep store {}: {}: {}", path_.string(), doing, sqlite3_errmsg(database_.get())), {},
              "what is stored stays valid: --resume goes on from there");
}

Result<Store> Store::open(const std::filesystem::path& directory, Access access) {
  Store store;
  store.path_ = directory / "sweep.sqlite";
  std::error_code ignored;
  if (access == Access::kRead && !std::filesystem::exists(store.path_, ignored))
    return fail(ErrorCode::kNotFound, fmt::format("'{}' holds no sweep", directory.string()), {},
                "heddle explore SWEEP.yaml -o DIR makes one");
  if (access == Access::kWrite) {
    std::filesystem::create_directories(directory, ignored);
    store.lock_.reset(new int(::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)));
    if (*store.lock_ < 0) return fail(ErrorCode::kIo, fmt::format("cannot write to '{}'", directory.string()));
    if (::flock(*store.lock_, LOCK_EX | LOCK_NB) != 0)
      return fail(ErrorCode::kIo, fmt::format("another sweep is being written to '{}'", directory.string()), {},
                  "wait for it, or name another folder");
  }
  sqlite3* raw = nullptr;
  const int flags =
      access == Access::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : static_cast<int>(SQLITE_OPEN_READWRITE);
  const int opened = sqlite3_open_v2(store.path_.c_str(), &raw, flags, nullptr);
  store.database_.reset(raw);
  if (opened != SQLITE_OK) return store.failure("cannot open");
  sqlite3_busy_timeout(raw, 10'000);
  const auto tables = number(raw, "SELECT count(*) FROM sqlite_master");
  if (!tables) return store.failure("cannot read");
  if (*tables == 0 && access == Access::kWrite && !create(raw)) return store.failure("cannot create");
  const auto application = number(raw, "PRAGMA application_id");
  const auto version = number(raw, "PRAGMA user_version");
  if (!application || !version) return store.failure("cannot read");
  if (*application != kApplicationId || *version != kVersion)
    return fail(ErrorCode::kIo,
                fmt::format("{}: another kind of database, or another version (application {:#x} version {}, "
                            "expected {:#x} version {})",
                            store.path_.string(), *application, *version, kApplicationId, kVersion),
                {}, "name another folder");
  if (access == Access::kWrite)
    run(raw, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536");
  return store;
}

Result<std::optional<std::string>> Store::text(const std::string& name) const {
  const Statement row = prepare(database_.get(), "SELECT value FROM meta WHERE name = ?1");
  if (!row) return failure("cannot read");
  put(row, 1, name);
  const int status = sqlite3_step(row.get());
  if (status == SQLITE_DONE) return std::optional<std::string>();
  if (status != SQLITE_ROW) return failure("cannot read");
  return std::optional<std::string>(column(row, 0));
}

Status Store::set_text(const std::string& name, const std::string& value) {
  const Statement row = prepare(database_.get(), "INSERT OR REPLACE INTO meta VALUES (?1, ?2)");
  if (!row) return failure("cannot write");
  put(row, 1, name);
  put(row, 2, value);
  if (sqlite3_step(row.get()) != SQLITE_DONE) return failure("cannot write");
  return {};
}

Result<bool> Store::contains(const std::string& id) const {
  const Statement row = prepare(database_.get(), "SELECT 1 FROM point WHERE id = ?1");
  if (!row) return failure("cannot read");
  put(row, 1, id);
  const int status = sqlite3_step(row.get());
  if (status != SQLITE_ROW && status != SQLITE_DONE) return failure("cannot read");
  return status == SQLITE_ROW;
}

Status Store::add(const Record& record) {
  if (!open_transaction_ && !run(database_.get(), "BEGIN")) return failure("cannot write");
  open_transaction_ = true;
  const Statement row = prepare(database_.get(), "INSERT OR REPLACE INTO point VALUES (?1, ?2, ?3, ?4)");
  if (!row) return failure("cannot write");
  sqlite3_bind_int64(row.get(), 1, static_cast<sqlite3_int64>(record.sequence));
  put(row, 2, record.id);
  put(row, 3, record.content.dump());
  put(row, 4, record.log);
  if (sqlite3_step(row.get()) != SQLITE_DONE) return failure("cannot write");
  return {};
}

Status Store::commit() {
  if (!open_transaction_) return {};
  if (!run(database_.get(), "COMMIT")) return failure("cannot write");
  open_transaction_ = false;
  return {};
}

Result<std::uint64_t> Store::size() const {
  const auto count = number(database_.get(), "SELECT count(*) FROM point");
  if (!count) return failure("cannot read");
  return static_cast<std::uint64_t>(*count);
}

Result<Record> Store::find(const std::string& name) const {
  const bool by_sequence = !name.empty() && name.front() == '#';
  const Statement row =
      prepare(database_.get(), by_sequence ? "SELECT * FROM point WHERE sequence = CAST(?1 AS INTEGER)"
                                           : "SELECT * FROM point WHERE id >= ?1 AND id < ?1 || 'g'");
  if (!row) return failure("cannot read");
  put(row, 1, by_sequence ? name.substr(1) : name);
  if (sqlite3_step(row.get()) != SQLITE_ROW)
    return fail(ErrorCode::kNotFound, fmt::format("no point '{}' is stored", name), {},
                "heddle explore best DIR lists those of the front; #N is the Nth of the sampler");
  Record record = record_of(row);
  if (sqlite3_step(row.get()) == SQLITE_ROW)
    return fail(ErrorCode::kBadInput, fmt::format("several points start with '{}'", name), {}, "give more digits");
  return record;
}

Status Store::each(const std::function<Status(const Record&)>& visit) const {
  const Statement row = prepare(database_.get(), "SELECT * FROM point ORDER BY sequence");
  if (!row) return failure("cannot read");
  for (;;) {
    const int status = sqlite3_step(row.get());
    if (status == SQLITE_DONE) return {};
    if (status != SQLITE_ROW) return failure("cannot read");
    HEDDLE_TRY(visit(record_of(row)));
  }
}

}  // namespace heddle::explore
