#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <memory>

#include "compiler/base/files.h"
#include "compiler/tensor/tensor.h"

namespace heddle::tensor {
namespace {

constexpr zip_uint64_t kLargestMember = 1ULL << 32U;
constexpr std::size_t kReadStep = std::size_t{1} << 20U;

struct CloseArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using Member = std::unique_ptr<zip_file_t, CloseMember>;

std::string zip_message(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

Result<Archive> create_archive(const std::filesystem::path& path) {
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!archive) return fail(ErrorCode::kIo, fmt::format("cannot write: {}", zip_message(code)), {path.string()});
  return archive;
}

/// Grows with what is really there: a member's stated size is a claim, and a small file can claim gigabytes.
Result<std::string> read_member(zip_t* archive, zip_uint64_t index, const std::string& file) {
  const auto damaged = [&] {
    return fail(ErrorCode::kBadInput, fmt::format("member {} is damaged: {}", index, zip_strerror(archive)), {file});
  };
  zip_stat_t stat;
  if (zip_stat_index(archive, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 || stat.size > kLargestMember)
    return fail(ErrorCode::kBadInput, fmt::format("member {} has no usable size", index), {file});
  const Member member(zip_fopen_index(archive, index, 0));
  if (!member) return damaged();
  std::string content;
  while (content.size() < stat.size) {
    const std::size_t before = content.size();
    const std::size_t step = std::min<std::size_t>(stat.size - before, kReadStep);
    content.resize(before + step);
    const zip_int64_t read = zip_fread(member.get(), content.data() + before, step);
    if (read <= 0) return damaged();
    content.resize(before + static_cast<std::size_t>(read));
  }
  char beyond = 0;
  if (zip_fread(member.get(), &beyond, 1) != 0) return damaged();  // longer than stated, or a wrong checksum
  return content;
}

Result<Archive> open_bytes(std::string_view bytes, const std::string& file) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  Archive archive(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error));
  const std::string why = archive ? "" : zip_error_strerror(&error);
  if (!archive && source != nullptr) zip_source_free(source);
  zip_error_fini(&error);
  if (!archive) return fail(ErrorCode::kBadInput, fmt::format("cannot read as .npz: {}", why), {file});
  return archive;
}

}  // namespace

Result<std::map<std::string, Tensor>> parse_npz(std::string_view bytes, const std::string& file) {
  HEDDLE_ASSIGN(const Archive archive, open_bytes(bytes, file));
  std::map<std::string, Tensor> tensors;
  const zip_int64_t members = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t index = 0; index < members; ++index) {
    const auto number = static_cast<zip_uint64_t>(index);
    const char* name_text = zip_get_name(archive.get(), number, 0);
    std::string name = name_text == nullptr ? "" : name_text;
    if (!name.ends_with(".npy")) continue;
    name.resize(name.size() - 4);
    HEDDLE_ASSIGN(const std::string content, read_member(archive.get(), number, file));
    HEDDLE_ASSIGN(Tensor tensor, parse_npy(content, fmt::format("{}({}.npy)", file, name)));
    tensors.emplace(std::move(name), std::move(tensor));
  }
  return tensors;
}

Result<std::map<std::string, Tensor>> read_npz(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const std::string bytes, read_file(path));
  return parse_npz(bytes, path.string());
}

Status write_npz(const std::filesystem::path& path, const std::map<std::string, Tensor>& tensors) {
  const std::filesystem::path temporary = path.string() + fmt::format(".tmp.{}", ::getpid());
  HEDDLE_ASSIGN(Archive archive, create_archive(temporary));
  std::map<std::string, std::string> texts;  // libzip reads the buffers when it closes
  for (const auto& [name, tensor] : tensors) {
    const std::string& text = texts[name] = print_npy(tensor);
    zip_source_t* source = zip_source_buffer(archive.get(), text.data(), text.size(), 0);
    const zip_int64_t index =
        source == nullptr ? -1 : zip_file_add(archive.get(), (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return fail(ErrorCode::kIo, fmt::format("cannot add {}: {}", name, zip_strerror(archive.get())), {path.string()});
    }
    // 1980-01-01, the epoch of zip, so that equal tensors give equal bytes.
    zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(index), 0, (1U << 5U) | 1U, 0);
  }
  std::error_code code;
  if (zip_close(archive.get()) != 0) {
    const std::string why = zip_strerror(archive.get());
    std::filesystem::remove(temporary, code);
    return fail(ErrorCode::kIo, fmt::format("cannot write: {}", why), {path.string()});
  }
  static_cast<void>(archive.release());  // zip_close has freed it
  if (tensors.empty()) return write_file(path, std::string("PK\x05\x06", 4) + std::string(18, '\0'));
  std::filesystem::rename(temporary, path, code);
  if (code) return fail(ErrorCode::kIo, fmt::format("cannot write: {}", code.message()), {path.string()});
  return {};
}

}  // namespace heddle::tensor
