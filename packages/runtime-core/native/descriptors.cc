// Descriptors that Node cannot make: sealed files, pipes, locks, and files opened below a root.
#include "native.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x8U
#endif

namespace {

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

// Kernels before 6.3 know neither MFD_EXEC nor MFD_NOEXEC_SEAL and answer EINVAL.
int make_memfd(const char *name, unsigned execution_flag) {
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | execution_flag);
  if (fd < 0 && errno == EINVAL)
    fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return fd;
}

void write_all(Napi::Env env, int fd, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      throw_errno(env, "write", errno);
    bytes += written;
    length -= static_cast<size_t>(written);
  }
}

// Writes what the file shall hold, and closes it to every change.
int seal(Napi::Env env, ScopedFd &fd, const Napi::Uint8Array &bytes) {
  write_all(env, fd.get(), bytes.Data(), bytes.ByteLength());
  if (lseek(fd.get(), 0, SEEK_SET) < 0)
    throw_errno(env, "lseek", errno);
  if (fcntl(fd.get(), F_ADD_SEALS, all_seals) < 0)
    throw_errno(env, "fcntl", errno);
  return fd.release();
}

Napi::Value seal_bytes(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  ScopedFd fd(make_memfd(string_argument(info, 0).c_str(), MFD_NOEXEC_SEAL));
  if (fd.get() < 0)
    throw_errno(env, "memfd_create", errno);
  return Napi::Number::New(env, seal(env, fd, info[1].As<Napi::Uint8Array>()));
}

// A copy that nobody can change. Where the kernel refuses to execute anonymous files (vm.memfd_noexec=2) the file
// itself must do, if there is one: it is opened read-only, and while it runs the kernel refuses to write to it (ETXTBSY).
Napi::Value seal_executable(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  ScopedFd copy(make_memfd("mini-helper", MFD_EXEC));
  if (copy.get() < 0 && errno == EACCES) {
    ScopedFd file(open(string_argument(info, 0).c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() >= 0)
      return Napi::Number::New(env, file.release());
    errno = EACCES;
  }
  if (copy.get() < 0)
    throw_errno(env, "memfd_create", errno);
  // Readable and executable for a user namespace too, in which our uid has no name yet.
  if (fchmod(copy.get(), 0555) < 0)
    throw_errno(env, "fchmod", errno);
  return Napi::Number::New(env, seal(env, copy, info[1].As<Napi::Uint8Array>()));
}

Napi::Value make_pipe(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) < 0)
    throw_errno(env, "pipe2", errno);
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0u, fds[0]);
  pair.Set(1u, fds[1]);
  return pair;
}

// poll(2), that no signal cuts short: who is told that nothing came takes the other side for silent.
int poll_whole(struct pollfd *entry, int timeout_ms) {
  using std::chrono::milliseconds;
  using std::chrono::steady_clock;
  const auto end = steady_clock::now() + milliseconds(timeout_ms);
  for (;;) {
    int ready = poll(entry, 1, timeout_ms);
    if (ready >= 0 || errno != EINTR)
      return ready;
    auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now()).count();
    if (timeout_ms > 0)
      timeout_ms = left > 0 ? static_cast<int>(left) : 0;
  }
}

Napi::Value poll_readable(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct pollfd entry = {int_argument(info, 0), POLLIN, 0};
  int ready = poll_whole(&entry, int_argument(info, 1));
  if (ready < 0)
    throw_errno(env, "poll", errno);
  return Napi::Boolean::New(env, ready > 0);
}

Napi::Value open_in_root(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct open_how how = {};
  how.flags = static_cast<uint64_t>(int64_argument(info, 2)) | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  std::string path = path_argument(info, 1);
  long fd = syscall(SYS_openat2, int_argument(info, 0), path.c_str(), &how, sizeof how);
  if (fd < 0)
    throw_errno(env, "openat2", errno);
  return Napi::Number::New(env, static_cast<double>(fd));
}

Napi::Value lock_file(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  if (flock(int_argument(info, 0), int_argument(info, 1) | LOCK_NB) == 0)
    return Napi::Boolean::New(env, true);
  if (errno != EWOULDBLOCK)
    throw_errno(env, "flock", errno);
  return Napi::Boolean::New(env, false);
}

} // namespace

void register_descriptors(Napi::Env env, Napi::Object exports) {
  exports.Set("sealBytes", Napi::Function::New(env, seal_bytes));
  exports.Set("sealExecutable", Napi::Function::New(env, seal_executable));
  exports.Set("pipe", Napi::Function::New(env, make_pipe));
  exports.Set("pollReadable", Napi::Function::New(env, poll_readable));
  exports.Set("openInRoot", Napi::Function::New(env, open_in_root));
  exports.Set("lock", Napi::Function::New(env, lock_file));
}
