// Detached mounts: made, configured and held by descriptor, never attached to the host's mount table.
#include "native.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr unsigned at_recursive = 0x8000;

// The kernel explains a refused option in the file system context itself; each read gives one line, "e why".
std::string read_mount_log(int fs) {
  char line[512];
  ssize_t length = read(fs, line, sizeof line - 1);
  if (length < 3)
    return "";
  while (length > 0 && line[length - 1] == '\n')
    length--;
  return std::string(line + 2, static_cast<size_t>(length - 2));
}

[[noreturn]] void throw_mount_error(Napi::Env env, int fs, const char *syscall, const std::string &option) {
  int error = errno;
  Napi::Error failure = Napi::Error::New(env, syscall);
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("syscall", Napi::String::New(env, syscall));
  failure.Set("detail", Napi::String::New(env, read_mount_log(fs)));
  failure.Set("option", Napi::String::New(env, option));
  throw failure;
}

void set_option(Napi::Env env, int fs, const Napi::Array &option) {
  std::string key = option.Get(0u).As<Napi::String>().Utf8Value();
  Napi::Value value = option.Length() > 1 ? option.Get(1u) : env.Undefined();
  long result;
  if (value.IsNumber())
    result = syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, key.c_str(), nullptr, value.As<Napi::Number>().Int32Value());
  else if (value.IsString())
    result = syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key.c_str(),
                     value.As<Napi::String>().Utf8Value().c_str(), 0);
  else
    result = syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, key.c_str(), nullptr, 0);
  if (result < 0)
    throw_mount_error(env, fs, "fsconfig", key);
}

Napi::Value mount_detached(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Napi::Array options = info[1].As<Napi::Array>();
  ScopedFd fs(static_cast<int>(syscall(SYS_fsopen, string_argument(info, 0).c_str(), FSOPEN_CLOEXEC)));
  if (fs.get() < 0)
    throw_errno(env, "fsopen", errno);
  for (uint32_t i = 0; i < options.Length(); i++)
    set_option(env, fs.get(), options.Get(i).As<Napi::Array>());
  if (syscall(SYS_fsconfig, fs.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0)
    throw_mount_error(env, fs.get(), "fsconfig", "");
  unsigned attributes = static_cast<unsigned>(int64_argument(info, 2));
  long fd = syscall(SYS_fsmount, fs.get(), FSMOUNT_CLOEXEC, attributes);
  if (fd < 0)
    throw_mount_error(env, fs.get(), "fsmount", "");
  return Napi::Number::New(env, static_cast<double>(fd));
}

Napi::Value clone_tree(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  bool recursive = info[1].As<Napi::Boolean>().Value();
  struct mount_attr attributes = {};
  attributes.attr_set = static_cast<uint64_t>(int64_argument(info, 2));
  attributes.propagation = static_cast<uint64_t>(int64_argument(info, 3));
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (recursive ? at_recursive : 0);
  ScopedFd tree(static_cast<int>(syscall(SYS_open_tree, AT_FDCWD, string_argument(info, 0).c_str(), flags)));
  if (tree.get() < 0)
    throw_errno(env, "open_tree", errno);
  if (attributes.attr_set != 0 || attributes.propagation != 0) {
    unsigned where = AT_EMPTY_PATH | (recursive ? at_recursive : 0);
    if (syscall(SYS_mount_setattr, tree.get(), "", where, &attributes, sizeof attributes) < 0)
      throw_errno(env, "mount_setattr", errno);
  }
  return Napi::Number::New(env, tree.release());
}

// The owners of a detached mount as the id maps of a user namespace have them.
Napi::Value map_mount_ids(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<uint64_t>(int_argument(info, 1));
  unsigned where = AT_EMPTY_PATH | (info[2].As<Napi::Boolean>().Value() ? at_recursive : 0);
  if (syscall(SYS_mount_setattr, int_argument(info, 0), "", where, &attributes, sizeof attributes) < 0)
    throw_errno(env, "mount_setattr", errno);
  return env.Undefined();
}

} // namespace

void register_mounts(Napi::Env env, Napi::Object exports) {
  exports.Set("mountDetached", Napi::Function::New(env, mount_detached));
  exports.Set("mapMountIds", Napi::Function::New(env, map_mount_ids));
  exports.Set("cloneTree", Napi::Function::New(env, clone_tree));
}
