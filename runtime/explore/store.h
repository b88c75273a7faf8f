// The points of a sweep that are done, in an SQLite file with one writer. Each record is there whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

struct sqlite3;

namespace heddle::explore {

/// What became of a point, as files show it: schema-free parts are "axes", "metrics" and "objectives".
struct Record {
  std::uint64_t sequence = 0;  ///< place in the order of the sampler
  std::string id;              ///< see point_id
  Json content;                ///< "status", "axes", and "metrics" and "objectives", or "reason"; see also `climbed`
  std::string log;             ///< of failed points
};

class Store {
 public:
  enum class Access : unsigned char { kRead, kWrite };

  /// DIR/sweep.sqlite. For writing, it is created if there is none, and DIR/lock is held while this exists. Fails with
  /// kIo if another collector writes, or the file is damaged, of another kind or of another version (it is then left as
  /// it is), and with kNotFound if there is nothing to read.
  static Result<Store> open(const std::filesystem::path& directory, Access access);

  /// A text that was kept under a name, or nothing.
  [[nodiscard]] Result<std::optional<std::string>> text(const std::string& name) const;
  Status set_text(const std::string& name, const std::string& value);

  [[nodiscard]] Result<bool> contains(const std::string& id) const;
  /// In place of the record of that id, if there is one. Durable after the next `commit` only.
  Status add(const Record& record);
  Status commit();
  [[nodiscard]] Result<std::uint64_t> size() const;
  /// By `id`, by the first digits of one, or by "#sequence". Fails with kNotFound, or kBadInput if several fit.
  [[nodiscard]] Result<Record> find(const std::string& name) const;
  /// Every record in the order of the sampler, one at a time.
  Status each(const std::function<Status(const Record&)>& visit) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  struct Unlock {
    void operator()(const int* file) const;
  };
  [[nodiscard]] tl::unexpected<Error> failure(const std::string& doing) const;

  std::unique_ptr<int, Unlock> lock_;
  std::unique_ptr<sqlite3, Close> database_;
  std::filesystem::path path_;
  bool open_transaction_ = false;
};

}  // namespace heddle::explore
