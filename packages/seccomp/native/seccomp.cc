// libseccomp for TypeScript: names of system calls, and rules compiled to BPF. Loads nothing into the kernel, needs
// no privilege and trusts its caller for the types of what it is given. Node-API alone, so that Bun loads it too.
#include <napi.h>

#include <cerrno>
#include <cstring>
#include <linux/seccomp.h>
#include <memory>
#include <seccomp.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace {

// What the running kernel can do is found out when the filter is loaded: here all that libseccomp knows is there, so
// that a filter depends on its profile alone.
constexpr unsigned newest_api_level = 6;
// Prefer a tree over a list: what each call costs no longer grows with the number of rules.
constexpr uint32_t binary_tree = 2;

struct Release {
  void operator()(void *context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

[[noreturn]] void throw_errno(Napi::Env env, const char *function, int error, const std::string &detail = "") {
  Napi::Error failure = Napi::Error::New(env, std::string(function) + ": " + strerror(error));
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("syscall", Napi::String::New(env, function));
  failure.Set("detail", Napi::String::New(env, detail));
  throw failure;
}

// libseccomp returns negative errnos.
void require(Napi::Env env, int result, const char *function, const std::string &detail = "") {
  if (result < 0)
    throw_errno(env, function, -result, detail);
}

uint32_t architecture(Napi::Env env, const std::string &name) {
  uint32_t token = seccomp_arch_resolve_name(name.c_str());
  if (token == 0)
    throw_errno(env, "seccomp_arch_resolve_name", EINVAL, name);
  return token;
}

void add_architectures(Napi::Env env, const Context &context, const Napi::Array &names) {
  bool wants_native = false;
  for (uint32_t i = 0; i < names.Length(); i++) {
    std::string name = names.Get(i).As<Napi::String>().Utf8Value();
    uint32_t token = architecture(env, name);
    wants_native = wants_native || token == seccomp_arch_native();
    int result = seccomp_arch_add(context.get(), token);
    if (result != -EEXIST)
      require(env, result, "seccomp_arch_add", name);
  }
  if (!wants_native)
    require(env, seccomp_arch_remove(context.get(), seccomp_arch_native()), "seccomp_arch_remove");
}

// Each comparison: [index, operator, value, second value], the last two as BigInt.
std::vector<struct scmp_arg_cmp> comparisons(const Napi::Array &arguments) {
  std::vector<struct scmp_arg_cmp> list;
  for (uint32_t i = 0; i < arguments.Length(); i++) {
    Napi::Array argument = arguments.Get(i).As<Napi::Array>();
    bool lossless;
    struct scmp_arg_cmp comparison;
    comparison.arg = argument.Get(0u).As<Napi::Number>().Uint32Value();
    comparison.op = static_cast<enum scmp_compare>(argument.Get(1u).As<Napi::Number>().Uint32Value());
    comparison.datum_a = argument.Get(2u).As<Napi::BigInt>().Uint64Value(&lossless);
    comparison.datum_b = argument.Get(3u).As<Napi::BigInt>().Uint64Value(&lossless);
    list.push_back(comparison);
  }
  return list;
}

// A rule: [action, name, comparisons]. A name that this libseccomp does not know is passed over.
void add_rule(Napi::Env env, const Context &context, const Napi::Array &rule) {
  uint32_t action = rule.Get(0u).As<Napi::Number>().Uint32Value();
  std::string name = rule.Get(1u).As<Napi::String>().Utf8Value();
  int number = seccomp_syscall_resolve_name(name.c_str());
  if (number == __NR_SCMP_ERROR)
    return;
  std::vector<struct scmp_arg_cmp> arguments = comparisons(rule.Get(2u).As<Napi::Array>());
  int result = seccomp_rule_add_array(context.get(), action, number, static_cast<unsigned>(arguments.size()),
                                      arguments.data());
  if (result != -EEXIST)
    require(env, result, "seccomp_rule_add", name);
}

Napi::Value export_program(Napi::Env env, const Context &context) {
  int fd = memfd_create("filter", MFD_CLOEXEC);
  if (fd < 0)
    throw_errno(env, "memfd_create", errno);
  std::unique_ptr<int, void (*)(int *)> scoped(&fd, [](int *open) { close(*open); });
  require(env, seccomp_export_bpf(context.get(), fd), "seccomp_export_bpf");
  struct stat status;
  if (fstat(fd, &status) < 0)
    throw_errno(env, "fstat", errno);
  Napi::Uint8Array program = Napi::Uint8Array::New(env, static_cast<size_t>(status.st_size));
  ssize_t length = pread(fd, program.Data(), program.ByteLength(), 0);
  if (length != static_cast<ssize_t>(program.ByteLength()))
    throw_errno(env, "pread", length < 0 ? errno : EIO);
  return program;
}

// compile(defaultAction, architectures, rules): an array of struct sock_filter.
Napi::Value compile(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Context context(seccomp_init(info[0].As<Napi::Number>().Uint32Value()));
  if (!context)
    throw_errno(env, "seccomp_init", EINVAL);
  add_architectures(env, context, info[1].As<Napi::Array>());
  require(env, seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, binary_tree), "seccomp_attr_set");
  Napi::Array rules = info[2].As<Napi::Array>();
  for (uint32_t i = 0; i < rules.Length(); i++) {
    Napi::HandleScope scope(env);
    add_rule(env, context, rules.Get(i).As<Napi::Array>());
  }
  return export_program(env, context);
}

// resolveNumber(architecture, name): negative where the architecture has no such call.
Napi::Value resolve_number(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  uint32_t token = architecture(env, info[0].As<Napi::String>().Utf8Value());
  std::string name = info[1].As<Napi::String>().Utf8Value();
  return Napi::Number::New(env, seccomp_syscall_resolve_name_arch(token, name.c_str()));
}

// resolveName(architecture, number): undefined where there is none.
Napi::Value resolve_name(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  uint32_t token = architecture(env, info[0].As<Napi::String>().Utf8Value());
  char *name = seccomp_syscall_resolve_num_arch(token, info[1].As<Napi::Number>().Int32Value());
  if (name == nullptr)
    return env.Undefined();
  Napi::String text = Napi::String::New(env, name);
  free(name);
  return text;
}

// knowsFlags(flags): whether the kernel takes these flags of seccomp(2). It looks at them before it reads the filter, which
// is none here: EFAULT says that they are known.
Napi::Value knows_flags(const Napi::CallbackInfo &info) {
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, info[0].As<Napi::Number>().Uint32Value(), nullptr);
  return Napi::Boolean::New(info.Env(), result == -1 && errno == EFAULT);
}

Napi::Value version(const Napi::CallbackInfo &info) {
  const struct scmp_version *known = seccomp_version();
  return Napi::String::New(info.Env(), std::to_string(known->major) + "." + std::to_string(known->minor) + "." +
                                           std::to_string(known->micro));
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  seccomp_api_set(newest_api_level);
  exports.Set("compile", Napi::Function::New(env, compile));
  exports.Set("resolveNumber", Napi::Function::New(env, resolve_number));
  exports.Set("resolveName", Napi::Function::New(env, resolve_name));
  exports.Set("knowsFlags", Napi::Function::New(env, knows_flags));
  exports.Set("version", Napi::Function::New(env, version));
  return exports;
}

} // namespace

NODE_API_MODULE(mini_seccomp, initialise)
