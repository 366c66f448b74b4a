// Processes by pidfd: launched, waited for, signalled.
#include "native.h"
#include "launch.h"

#include <cerrno>
#include <cstring>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef __WALL
#define __WALL 0x40000000
#endif

namespace {

Napi::Value launch_process(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Napi::BigInt64Array words = info[0].As<Napi::BigInt64Array>();
  struct launch_record record;
  if (words.ByteLength() != sizeof record)
    throw Napi::TypeError::New(env, "the launch record has the wrong length");
  memcpy(&record, words.Data(), sizeof record);
  struct launch_result result = {};
  if (launch(&record, string_argument(info, 1).c_str(), &result) < 0) {
    Napi::Error failure = Napi::Error::New(env, "launch");
    failure.Set("errno", Napi::Number::New(env, result.error));
    failure.Set("syscall", Napi::String::New(env, "clone3"));
    failure.Set("stage", Napi::Number::New(env, result.stage));
    throw failure;
  }
  Napi::Object launched = Napi::Object::New(env);
  launched.Set("pid", Napi::Number::New(env, result.pid));
  launched.Set("pidfd", Napi::Number::New(env, result.pidfd));
  return launched;
}

Napi::Value open_pidfd(const Napi::CallbackInfo &info) {
  long fd = syscall(SYS_pidfd_open, int_argument(info, 0), 0);
  if (fd < 0)
    throw_errno(info.Env(), "pidfd_open", errno);
  return Napi::Number::New(info.Env(), static_cast<double>(fd));
}

// [code of siginfo_t, status]; undefined while the child runs. Only the parent may ask.
Napi::Value wait_pidfd(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  siginfo_t status = {};
  int result;
  do
    result = waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(int_argument(info, 0)), &status,
                    WEXITED | WNOHANG | __WALL);
  while (result < 0 && errno == EINTR);
  if (result < 0)
    throw_errno(env, "waitid", errno);
  if (status.si_pid == 0)
    return env.Undefined();
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0u, Napi::Boolean::New(env, status.si_code == CLD_EXITED));
  pair.Set(1u, Napi::Number::New(env, status.si_status));
  return pair;
}

Napi::Value send_signal(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  if (syscall(SYS_pidfd_send_signal, int_argument(info, 0), int_argument(info, 1), nullptr, 0) == 0)
    return Napi::Boolean::New(env, true);
  if (errno != ESRCH)
    throw_errno(env, "pidfd_send_signal", errno);
  return Napi::Boolean::New(env, false);
}

} // namespace

void register_processes(Napi::Env env, Napi::Object exports) {
  exports.Set("launch", Napi::Function::New(env, launch_process));
  exports.Set("openPidfd", Napi::Function::New(env, open_pidfd));
  exports.Set("waitPidfd", Napi::Function::New(env, wait_pidfd));
  exports.Set("sendSignal", Napi::Function::New(env, send_signal));
}
