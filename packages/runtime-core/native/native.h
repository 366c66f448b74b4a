// What the files of the addon share. JavaScript normalises its arguments, C++ only makes the calls.
#pragma once

#include <napi.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <sys/types.h>

// Throws a JavaScript error that carries errno and syscall; TypeScript turns it into a RuntimeError.
[[noreturn]] void throw_errno(Napi::Env env, const char *syscall, int error);

// The same error, for who rejects a promise with it.
Napi::Error errno_error(Napi::Env env, const char *syscall, int error);

// Closes a descriptor when the scope is left, unless it was released to JavaScript.
class ScopedFd {
public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ScopedFd(const ScopedFd &) = delete;
  ScopedFd &operator=(const ScopedFd &) = delete;
  ~ScopedFd();
  int get() const { return fd_; }
  int release() {
    int fd = fd_;
    fd_ = -1;
    return fd;
  }

private:
  int fd_;
};

inline int int_argument(const Napi::CallbackInfo &info, size_t index) {
  return info[index].As<Napi::Number>().Int32Value();
}

inline int64_t int64_argument(const Napi::CallbackInfo &info, size_t index) {
  return info[index].As<Napi::Number>().Int64Value();
}

inline std::string string_argument(const Napi::CallbackInfo &info, size_t index) {
  return info[index].As<Napi::String>().Utf8Value();
}

// A path as text, or as the bytes it is made of.
inline std::string path_argument(const Napi::CallbackInfo &info, size_t index) {
  if (!info[index].IsTypedArray())
    return string_argument(info, index);
  Napi::Uint8Array bytes = info[index].As<Napi::Uint8Array>();
  return std::string(reinterpret_cast<const char *>(bytes.Data()), bytes.ByteLength());
}

// What a file is given when its content is there. A uid of -1: it stays whose it is.
struct FileRights {
  int64_t uid;
  int64_t gid;
  mode_t mode;
  struct timespec modified;
};

// Nanoseconds of the Unix clock, also those before it.
struct timespec to_timespec(int64_t ns);

// Owner, mode and times, in this order; for a link, that is made first, owner and times. These return the call that failed,
// with errno as it left it, or null.
const char *finish_open_file(int fd, const FileRights &rights);
const char *place_symlink(int directory, const char *name, const char *target, const FileRights &rights);

// Takes away what failed half way.
void remove_keeping_errno(int directory, const char *name);

void register_descriptors(Napi::Env env, Napi::Object exports);
void register_devices(Napi::Env env, Napi::Object exports);
void register_file_batch(Napi::Env env, Napi::Object exports);
void register_files(Napi::Env env, Napi::Object exports);
void register_messages(Napi::Env env, Napi::Object exports);
void register_mounts(Napi::Env env, Napi::Object exports);
void register_network(Napi::Env env, Napi::Object exports);
void register_processes(Napi::Env env, Napi::Object exports);
void register_read_files(Napi::Env env, Napi::Object exports);
void register_watcher(Napi::Env env, Napi::Object exports);
