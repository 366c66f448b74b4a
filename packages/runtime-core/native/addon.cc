// The module: registers what each file offers. Node-API alone, no V8 and no libuv, so that Bun loads it too.
#include "native.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

Napi::Error errno_error(Napi::Env env, const char *syscall, int error) {
  Napi::Error failure = Napi::Error::New(env, std::string(syscall) + ": " + strerror(error));
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("syscall", Napi::String::New(env, syscall));
  return failure;
}

void throw_errno(Napi::Env env, const char *syscall, int error) {
  throw errno_error(env, syscall, error);
}

ScopedFd::~ScopedFd() {
  if (fd_ >= 0)
    close(fd_);
}

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  register_descriptors(env, exports);
  register_devices(env, exports);
  register_file_batch(env, exports);
  register_files(env, exports);
  register_messages(env, exports);
  register_mounts(env, exports);
  register_network(env, exports);
  register_processes(env, exports);
  register_read_files(env, exports);
  register_watcher(env, exports);
  return exports;
}

NODE_API_MODULE(mini_runtime, initialise)
