// Many small files by one call: a list of a thousand containers reads two of each, and what JavaScript does around a
// call takes longer than the call.
#include "native.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace {

// Neither a link to elsewhere nor a FIFO that never ends.
constexpr int plain = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

// Appends the beginning of a regular file to `bytes`; the size of the whole, or an errno below 0.
double read_beginning(int directory, const char *path, std::vector<uint8_t> &chunk, std::vector<uint8_t> &bytes) {
  ScopedFd fd(openat(directory, path, plain));
  struct stat status;
  if (fd.get() < 0 || fstat(fd.get(), &status) < 0)
    return -errno;
  if (!S_ISREG(status.st_mode))
    return -EINVAL;
  ssize_t length;
  do
    length = read(fd.get(), chunk.data(), chunk.size());
  while (length < 0 && errno == EINTR);
  if (length < 0)
    return -errno;
  bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + length);
  return static_cast<double>(status.st_size);
}

// readFiles(directory, paths, mostBytes)
Napi::Value read_files(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  ScopedFd directory(open(string_argument(info, 0).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0)
    throw_errno(env, "open", errno);
  Napi::Array paths = info[1].As<Napi::Array>();
  const uint32_t count = paths.Length();
  std::vector<uint8_t> chunk(static_cast<size_t>(int_argument(info, 2)));
  std::vector<uint8_t> bytes;
  Napi::Uint32Array ends = Napi::Uint32Array::New(env, count);
  Napi::Float64Array sizes = Napi::Float64Array::New(env, count);
  for (uint32_t i = 0; i < count; i++) {
    Napi::HandleScope scope(env);
    std::string path = paths.Get(i).As<Napi::String>().Utf8Value();
    sizes[i] = read_beginning(directory.get(), path.c_str(), chunk, bytes);
    ends[i] = static_cast<uint32_t>(bytes.size());
  }
  Napi::Uint8Array all = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty())
    memcpy(all.Data(), bytes.data(), bytes.size());
  Napi::Object result = Napi::Object::New(env);
  result.Set("bytes", all);
  result.Set("ends", ends);
  result.Set("sizes", sizes);
  return result;
}

} // namespace

void register_read_files(Napi::Env env, Napi::Object exports) {
  exports.Set("readFiles", Napi::Function::New(env, read_files));
}
