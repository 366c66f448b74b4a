// What Node cannot do to files: nodes, extended attributes, times in nanoseconds, and the clock that these are of.
#include "native.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
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

} // namespace

void register_files(Napi::Env env, Napi::Object exports) {
  exports.Set("mknod", Napi::Function::New(env, make_node));
  exports.Set("setXattr", Napi::Function::New(env, set_xattr));
  exports.Set("readXattrs", Napi::Function::New(env, read_xattrs));
  exports.Set("setTimes", Napi::Function::New(env, set_times));
  exports.Set("readClock", Napi::Function::New(env, read_clock));
}
