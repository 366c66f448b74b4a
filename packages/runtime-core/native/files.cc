// What Node cannot do to files: nodes, extended attributes, times in nanoseconds, and the clock that these are of.
#include "native.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int64_t ns_per_second = 1000000000;
// How often a list that grows while it is read is read again.
constexpr int attempts = 8;

Napi::Value make_node(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  bool lossless;
  uint64_t device = info[2].As<Napi::BigInt>().Uint64Value(&lossless);
  if (mknod(path_argument(info, 0).c_str(), static_cast<mode_t>(int_argument(info, 1)), device) < 0)
    throw_errno(env, "mknod", errno);
  return env.Undefined();
}

Napi::Value set_xattr(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  std::string name = string_argument(info, 1);
  Napi::Uint8Array value = info[2].As<Napi::Uint8Array>();
  if (info[0].IsNumber()) {
    if (fsetxattr(int_argument(info, 0), name.c_str(), value.Data(), value.ByteLength(), 0) < 0)
      throw_errno(env, "fsetxattr", errno);
  } else if (lsetxattr(path_argument(info, 0).c_str(), name.c_str(), value.Data(), value.ByteLength(), 0) < 0) {
    throw_errno(env, "lsetxattr", errno);
  }
  return env.Undefined();
}

// Asks for the size first, and again when it has grown meanwhile: `read` is a call that does either.
template <typename Read> std::vector<char> read_all(Napi::Env env, const char *syscall, Read read) {
  std::vector<char> bytes;
  for (int attempt = 0; attempt < attempts; attempt++) {
    ssize_t size = read(nullptr, 0);
    if (size < 0)
      throw_errno(env, syscall, errno);
    bytes.resize(static_cast<size_t>(size));
    if (size == 0)
      return bytes;
    size = read(bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.resize(static_cast<size_t>(size));
      return bytes;
    }
    if (errno != ERANGE)
      throw_errno(env, syscall, errno);
  }
  throw_errno(env, syscall, ERANGE);
}

// By the name in /proc, because a descriptor of O_PATH is refused itself; the link there leads to the file and not to
// what a symbolic link says.
Napi::Value read_xattrs(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", int_argument(info, 0));
  Napi::Array list = Napi::Array::New(env);
  ssize_t any = listxattr(path, nullptr, 0);
  if (any == 0 || (any < 0 && errno == ENOTSUP))
    return list;
  std::vector<char> names =
      read_all(env, "listxattr", [&](char *to, size_t size) { return listxattr(path, to, size); });
  for (size_t at = 0; at < names.size(); at += strlen(names.data() + at) + 1) {
    const char *name = names.data() + at;
    ssize_t size = getxattr(path, name, nullptr, 0);
    // Gone since it was listed, or not for us to see.
    if (size < 0 && (errno == ENODATA || errno == EPERM || errno == EACCES || errno == ENOTSUP))
      continue;
    std::vector<char> value =
        read_all(env, "getxattr", [&](char *to, size_t room) { return getxattr(path, name, to, room); });
    Napi::Array pair = Napi::Array::New(env, 2);
    pair.Set(0u, name);
    pair.Set(1u, Napi::Buffer<char>::Copy(env, value.data(), value.size()));
    list.Set(list.Length(), pair);
  }
  return list;
}

struct timespec to_timespec(const Napi::CallbackInfo &info, size_t index) {
  bool lossless;
  int64_t ns = info[index].As<Napi::BigInt>().Int64Value(&lossless);
  int64_t rest = ((ns % ns_per_second) + ns_per_second) % ns_per_second;
  struct timespec time = {};
  time.tv_sec = (ns - rest) / ns_per_second;
  time.tv_nsec = rest;
  return time;
}

Napi::Value set_times(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct timespec times[2] = {to_timespec(info, 1), to_timespec(info, 2)};
  if (utimensat(AT_FDCWD, path_argument(info, 0).c_str(), times, AT_SYMLINK_NOFOLLOW) < 0)
    throw_errno(env, "utimensat", errno);
  return env.Undefined();
}

Napi::Value read_clock(const Napi::CallbackInfo &info) {
  struct timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  return Napi::BigInt::New(info.Env(), static_cast<int64_t>(now.tv_sec) * ns_per_second + now.tv_nsec);
}

// Also on kernels that have O_TMPFILE: a name that is taken is to be seen before anything is written.
Napi::Value create_file(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  int fd = openat(int_argument(info, 0), path_argument(info, 1).c_str(), flags, 0600);
  if (fd < 0)
    throw_errno(env, "openat", errno);
  return Napi::Number::New(env, fd);
}

// A number of JavaScript that is -1 or an id; both have a uid_t of their own.
uid_t id_argument(const Napi::CallbackInfo &info, size_t index) {
  return static_cast<uid_t>(int64_argument(info, index));
}

bool keeps_owner(const Napi::CallbackInfo &info, size_t index) {
  return int64_argument(info, index) < 0;
}

Napi::Value finish_file(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int fd = int_argument(info, 0);
  struct timespec times[2] = {to_timespec(info, 4), to_timespec(info, 4)};
  if (!keeps_owner(info, 1) && fchown(fd, id_argument(info, 1), id_argument(info, 2)) < 0)
    throw_errno(env, "fchown", errno);
  if (fchmod(fd, static_cast<mode_t>(int_argument(info, 3))) < 0)
    throw_errno(env, "fchmod", errno);
  if (futimens(fd, times) < 0)
    throw_errno(env, "futimens", errno);
  return env.Undefined();
}

Napi::Value make_symlink(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int directory = int_argument(info, 0);
  std::string name = path_argument(info, 1);
  struct timespec times[2] = {to_timespec(info, 5), to_timespec(info, 5)};
  if (symlinkat(path_argument(info, 2).c_str(), directory, name.c_str()) < 0)
    throw_errno(env, "symlinkat", errno);
  if (!keeps_owner(info, 3) &&
      fchownat(directory, name.c_str(), id_argument(info, 3), id_argument(info, 4), AT_SYMLINK_NOFOLLOW) < 0)
    throw_errno(env, "fchownat", errno);
  if (utimensat(directory, name.c_str(), times, AT_SYMLINK_NOFOLLOW) < 0)
    throw_errno(env, "utimensat", errno);
  return env.Undefined();
}

// May take seconds. A descriptor of its own, so that the caller may close the one that it handed in.
class SyncFileSystem : public Napi::AsyncWorker {
public:
  SyncFileSystem(Napi::Env env, int fd)
      : Napi::AsyncWorker(env), promise_(Napi::Promise::Deferred::New(env)), fd_(fcntl(fd, F_DUPFD_CLOEXEC, 0)) {}
  Napi::Promise promise() const { return promise_.Promise(); }

protected:
  void Execute() override {
    if (syncfs(fd_.get()) < 0)
      error_ = errno;
  }
  void OnOK() override {
    if (error_ == 0)
      return promise_.Resolve(Env().Undefined());
    try {
      throw_errno(Env(), "syncfs", error_);
    } catch (const Napi::Error &error) {
      promise_.Reject(error.Value());
    }
  }

private:
  Napi::Promise::Deferred promise_;
  ScopedFd fd_;
  int error_ = 0;
};

Napi::Value sync_file_system(const Napi::CallbackInfo &info) {
  auto *work = new SyncFileSystem(info.Env(), int_argument(info, 0));
  Napi::Promise promise = work->promise();
  work->Queue();
  return promise;
}

} // namespace

void register_files(Napi::Env env, Napi::Object exports) {
  exports.Set("mknod", Napi::Function::New(env, make_node));
  exports.Set("setXattr", Napi::Function::New(env, set_xattr));
  exports.Set("readXattrs", Napi::Function::New(env, read_xattrs));
  exports.Set("setTimes", Napi::Function::New(env, set_times));
  exports.Set("readClock", Napi::Function::New(env, read_clock));
  exports.Set("createFile", Napi::Function::New(env, create_file));
  exports.Set("finishFile", Napi::Function::New(env, finish_file));
  exports.Set("makeSymlink", Napi::Function::New(env, make_symlink));
  exports.Set("syncFileSystem", Napi::Function::New(env, sync_file_system));
}
