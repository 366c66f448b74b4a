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

struct timespec time_argument(const Napi::CallbackInfo &info, size_t index) {
  bool lossless;
  return to_timespec(info[index].As<Napi::BigInt>().Int64Value(&lossless));
}

Napi::Value set_times(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct timespec times[2] = {time_argument(info, 1), time_argument(info, 2)};
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

FileRights rights_argument(const Napi::CallbackInfo &info, size_t uid, size_t mode, size_t modified) {
  mode_t bits = mode == 0 ? 0 : static_cast<mode_t>(int_argument(info, mode));
  return {int64_argument(info, uid), int64_argument(info, uid + 1), bits, time_argument(info, modified)};
}

Napi::Value finish_file(const Napi::CallbackInfo &info) {
  const char *failed = finish_open_file(int_argument(info, 0), rights_argument(info, 1, 3, 4));
  if (failed != nullptr)
    throw_errno(info.Env(), failed, errno);
  return info.Env().Undefined();
}

Napi::Value make_symlink(const Napi::CallbackInfo &info) {
  std::string name = path_argument(info, 1);
  std::string target = path_argument(info, 2);
  const char *failed =
      place_symlink(int_argument(info, 0), name.c_str(), target.c_str(), rights_argument(info, 3, 0, 5));
  if (failed != nullptr)
    throw_errno(info.Env(), failed, errno);
  return info.Env().Undefined();
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
    promise_.Reject(errno_error(Env(), "syncfs", error_).Value());
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

struct timespec to_timespec(int64_t ns) {
  int64_t rest = ((ns % ns_per_second) + ns_per_second) % ns_per_second;
  struct timespec time = {};
  time.tv_sec = (ns - rest) / ns_per_second;
  time.tv_nsec = rest;
  return time;
}

// To look is cheaper than to set what is so already, which the file system would write down once more.
const char *finish_open_file(int fd, const FileRights &rights) {
  struct stat status;
  if (fstat(fd, &status) < 0)
    return "fstat";
  uid_t uid = static_cast<uid_t>(rights.uid);
  gid_t gid = static_cast<gid_t>(rights.gid);
  // A change of owner takes set-user-ID and set-group-ID away.
  bool is_given = rights.uid >= 0 && (status.st_uid != uid || status.st_gid != gid);
  if (is_given && fchown(fd, uid, gid) < 0)
    return "fchown";
  if ((is_given || (status.st_mode & 07777) != rights.mode) && fchmod(fd, rights.mode) < 0)
    return "fchmod";
  struct timespec times[2] = {rights.modified, rights.modified};
  return futimens(fd, times) < 0 ? "futimens" : nullptr;
}

const char *place_symlink(int directory, const char *name, const char *target, const FileRights &rights) {
  if (symlinkat(target, directory, name) < 0)
    return "symlinkat";
  const char *failed = nullptr;
  struct timespec times[2] = {rights.modified, rights.modified};
  if (rights.uid >= 0 && fchownat(directory, name, static_cast<uid_t>(rights.uid), static_cast<gid_t>(rights.gid),
                                  AT_SYMLINK_NOFOLLOW) < 0)
    failed = "fchownat";
  else if (utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW) < 0)
    failed = "utimensat";
  if (failed != nullptr)
    remove_keeping_errno(directory, name);
  return failed;
}

void remove_keeping_errno(int directory, const char *name) {
  int error = errno;
  unlinkat(directory, name, 0);
  errno = error;
}

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
