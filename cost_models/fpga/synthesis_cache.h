// Results of synthesis by content, in an SQLite file that several processes may share.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "compiler/base/result.h"

struct sqlite3;

namespace heddle::fpga {

/// What is kept of one run.
struct CacheEntry {
  std::string identity;  ///< everything that the result depends on, as text; compared on look-up, so that a collision
                         ///< of hashes is a miss
  std::string result;    ///< JSON of the row
  std::string log;       ///< end of the tool's log
};

/// Write-ahead logging, one transaction a store, waits up to a minute for other writers. Entries are never changed
/// except by a later store of the same key.
class SynthesisCache {
 public:
  /// Creates the file where there is none. Fails with kIo, naming the file, if it cannot be opened, is locked for more
  /// than `busy_seconds`, is damaged or is another kind of file; it is then left as it is.
  static Result<SynthesisCache> open(const std::filesystem::path& path, double busy_seconds = 60);

  /// Nothing if the key is unknown or its identity is another.
  [[nodiscard]] Result<std::optional<CacheEntry>> find(const std::string& key, const std::string& identity) const;
  Status store(const std::string& key, const CacheEntry& entry);
  /// Number of entries.
  [[nodiscard]] Result<std::int64_t> size() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  SynthesisCache(std::unique_ptr<sqlite3, Close> database, std::filesystem::path path)
      : database_(std::move(database)), path_(std::move(path)) {}
  [[nodiscard]] tl::unexpected<Error> failure(const std::string& doing) const;

  std::unique_ptr<sqlite3, Close> database_;
  std::filesystem::path path_;
};

}  // namespace heddle::fpga
