// Makes the files of a batch on a thread of the pool. The bytes come from our own process; they are checked all the same,
// all before the first call, because a wrong length would have the kernel read what lies behind them.
#include "native.h"
#include "plan.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr size_t word_bytes = sizeof(int64_t);

struct Record {
  struct file_record header;
  const char *name;
  const uint8_t *content;
};

bool is_one_name(const char *name, size_t length) {
  if (length == 0 || strnlen(name, length + 1) != length || strchr(name, '/') != nullptr)
    return false;
  return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

// Reads the record at the beginning of so many bytes; false when it is none.
bool read_record(const uint8_t *bytes, size_t length, Record &record) {
  struct file_record &header = record.header;
  if (length < sizeof header)
    return false;
  memcpy(&header, bytes, sizeof header);
  if (header.record_bytes < static_cast<int64_t>(sizeof header) || static_cast<uint64_t>(header.record_bytes) > length ||
      header.record_bytes % word_bytes != 0)
    return false;
  uint64_t room = static_cast<uint64_t>(header.record_bytes) - sizeof header;
  if (header.name_bytes < 0 || header.content_bytes < 0 || static_cast<uint64_t>(header.name_bytes) >= room ||
      static_cast<uint64_t>(header.content_bytes) > room - static_cast<uint64_t>(header.name_bytes) - 1)
    return false;
  record.name = reinterpret_cast<const char *>(bytes + sizeof header);
  record.content = bytes + sizeof header + header.name_bytes + 1;
  mode_t type = static_cast<mode_t>(header.mode) & S_IFMT;
  return (type == S_IFREG || type == S_IFLNK) && is_one_name(record.name, static_cast<size_t>(header.name_bytes));
}

bool are_records(const uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    Record record;
    if (!read_record(bytes + at, length - at, record))
      return false;
    at += static_cast<size_t>(record.header.record_bytes);
  }
  return true;
}

FileRights rights_of(const struct file_record &header) {
  return {header.uid, header.gid, static_cast<mode_t>(header.mode) & 07777, to_timespec(header.modified_ns)};
}

const char *write_all(int fd, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return "write";
    bytes += written;
    length -= static_cast<size_t>(written);
  }
  return nullptr;
}

// These return the call that failed, with errno as it left it, or null. Most files are then as they are to be: what may be
// done before the owner is right is done by the first call.
const char *make_file(const Record &record) {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const struct file_record &header = record.header;
  int directory = static_cast<int>(header.directory_fd);
  ScopedFd fd(openat(directory, record.name, flags, static_cast<mode_t>(header.mode) & 0777));
  if (fd.get() < 0)
    return "openat";
  const char *failed = write_all(fd.get(), record.content, static_cast<size_t>(header.content_bytes));
  if (failed == nullptr)
    failed = finish_open_file(fd.get(), rights_of(header));
  if (failed != nullptr)
    remove_keeping_errno(directory, record.name);
  return failed;
}

const char *make_one(const Record &record) {
  if ((static_cast<mode_t>(record.header.mode) & S_IFMT) == S_IFREG)
    return make_file(record);
  std::string target(reinterpret_cast<const char *>(record.content), static_cast<size_t>(record.header.content_bytes));
  int directory = static_cast<int>(record.header.directory_fd);
  return place_symlink(directory, record.name, target.c_str(), rights_of(record.header));
}

class WriteFiles : public Napi::AsyncWorker {
public:
  WriteFiles(Napi::Env env, Napi::Uint8Array bytes)
      : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), held_(Napi::Persistent(bytes)),
        bytes_(bytes.Data()), length_(bytes.ByteLength()) {}
  Napi::Promise promise() const { return promise_.Promise(); }

protected:
  void Execute() override {
    if (!are_records(bytes_, length_)) {
      failed_ = "writeFiles";
      error_ = EINVAL;
      return;
    }
    for (size_t at = 0; at < length_; index_++) {
      Record record;
      read_record(bytes_ + at, length_ - at, record);
      failed_ = make_one(record);
      if (failed_ != nullptr) {
        error_ = errno;
        return;
      }
      at += static_cast<size_t>(record.header.record_bytes);
    }
  }
  void OnOK() override {
    if (failed_ == nullptr)
      return promise_.Resolve(Env().Undefined());
    Napi::Error error = errno_error(Env(), failed_, error_);
    error.Set("record", Napi::Number::New(Env(), index_));
    promise_.Reject(error.Value());
  }

private:
  Napi::Promise::Deferred promise_;
  // The bytes stay where they are for as long as it works.
  Napi::Reference<Napi::Uint8Array> held_;
  const uint8_t *bytes_;
  size_t length_;
  const char *failed_ = nullptr;
  int error_ = 0;
  uint32_t index_ = 0;
};

Napi::Value write_files(const Napi::CallbackInfo &info) {
  auto *work = new WriteFiles(info.Env(), info[0].As<Napi::Uint8Array>());
  Napi::Promise promise = work->promise();
  work->Queue();
  return promise;
}

} // namespace

void register_file_batch(Napi::Env env, Napi::Object exports) {
  exports.Set("writeFiles", Napi::Function::New(env, write_files));
}
