// Device rules of cgroup v2: an eBPF program in place of files. Needs CAP_SYS_ADMIN, or CAP_BPF and CAP_NET_ADMIN; the
// kernel's verifier trusts nobody with the program.
#include "native.h"

#include <cerrno>
#include <cstring>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr uint32_t most_programs = 64;

long bpf(int command, union bpf_attr *attributes) {
  return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

int load_program(Napi::Env env, const Napi::Uint8Array &program) {
  static const char license[] = "Apache-2.0";
  union bpf_attr attributes = {};
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attributes.insns = reinterpret_cast<uintptr_t>(program.Data());
  attributes.insn_cnt = static_cast<uint32_t>(program.ByteLength() / sizeof(struct bpf_insn));
  attributes.license = reinterpret_cast<uintptr_t>(license);
  long fd = bpf(BPF_PROG_LOAD, &attributes);
  if (fd < 0)
    throw_errno(env, "bpf", errno);
  return static_cast<int>(fd);
}

// The program that the group has itself, if it has exactly one; -1 otherwise: several are not ours to choose from.
int open_attached(int group) {
  uint32_t ids[most_programs] = {};
  union bpf_attr query = {};
  query.query.target_fd = static_cast<uint32_t>(group);
  query.query.attach_type = BPF_CGROUP_DEVICE;
  query.query.prog_ids = reinterpret_cast<uintptr_t>(ids);
  query.query.prog_cnt = most_programs;
  if (bpf(BPF_PROG_QUERY, &query) < 0 || query.query.prog_cnt != 1)
    return -1;
  union bpf_attr open = {};
  open.prog_id = ids[0];
  return static_cast<int>(bpf(BPF_PROG_GET_FD_BY_ID, &open));
}

// attachDeviceProgram(group, program): beside those of the groups above, in place of the group's own.
Napi::Value attach_device_program(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int group = int_argument(info, 0);
  ScopedFd program(load_program(env, info[1].As<Napi::Uint8Array>()));
  ScopedFd attached(open_attached(group));
  union bpf_attr attributes = {};
  attributes.target_fd = static_cast<uint32_t>(group);
  attributes.attach_bpf_fd = static_cast<uint32_t>(program.get());
  attributes.attach_type = BPF_CGROUP_DEVICE;
  attributes.attach_flags = BPF_F_ALLOW_MULTI;
  if (attached.get() >= 0) {
    attributes.attach_flags |= BPF_F_REPLACE;
    attributes.replace_bpf_fd = static_cast<uint32_t>(attached.get());
  }
  if (bpf(BPF_PROG_ATTACH, &attributes) < 0)
    throw_errno(env, "bpf", errno);
  return env.Undefined();
}

} // namespace

void register_devices(Napi::Env env, Napi::Object exports) {
  exports.Set("attachDeviceProgram", Napi::Function::New(env, attach_device_program));
}
