// One thread with epoll waits for every watched descriptor and wakes JavaScript through one thread-safe function.
// Work in Node's thread pool would occupy its four threads, and a libuv handle would shut Bun out.
#include "native.h"

#include <cerrno>
#include <memory>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace {

constexpr uint64_t stop_key = UINT64_MAX;

class Watcher {
public:
  Watcher(Napi::Env env, Napi::Function callback)
      : epoll_(epoll_create1(EPOLL_CLOEXEC)), stop_(eventfd(0, EFD_CLOEXEC)) {
    if (epoll_.get() < 0 || stop_.get() < 0)
      throw_errno(env, "epoll_create1", errno);
    struct epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = stop_key;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_.get(), &event) < 0)
      throw_errno(env, "epoll_ctl", errno);
    wake_ = Napi::ThreadSafeFunction::New(env, callback, "mini-watcher", 0, 1);
    wake_.Unref(env);
    start(env);
    // Hooks run before Node closes the function that the thread calls, which it does with a lock held that the thread
    // needs to let go of it: waiting for the thread in the destructor alone would be waiting for ever.
    env.AddCleanupHook([](Watcher *watcher) { watcher->stop(); }, this);
  }

  ~Watcher() { stop(); }

  // One event a call: JavaScript reads what is there and arms again, so that the thread never spins.
  void arm(Napi::Env env, int operation, int fd, uint32_t key) {
    struct epoll_event event = {};
    event.events = EPOLLIN | EPOLLONESHOT;
    event.data.u64 = key;
    if (epoll_ctl(epoll_.get(), operation, fd, &event) < 0)
      throw_errno(env, "epoll_ctl", errno);
  }

  void disarm(int fd) { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

  // The process stays alive while something is watched.
  void hold(Napi::Env env, bool alive) {
    if (alive)
      wake_.Ref(env);
    else
      wake_.Unref(env);
  }

private:
  void stop() {
    if (!thread_.joinable())
      return;
    uint64_t one = 1;
    if (write(stop_.get(), &one, sizeof one) == sizeof one)
      thread_.join();
    else
      thread_.detach();
  }

  // An exception of C++ that reaches Node ends the process: a limit of threads is to be an error like any other.
  void start(Napi::Env env) {
    int error = 0;
    try {
      thread_ = std::thread([this] { wait(); });
    } catch (const std::system_error &failure) {
      error = failure.code().value();
    }
    if (error == 0)
      return;
    wake_.Release();
    throw_errno(env, "pthread_create", error);
  }

  void wait() {
    for (;;) {
      struct epoll_event event;
      int count = epoll_wait(epoll_.get(), &event, 1, -1);
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0 || event.data.u64 == stop_key)
        break;
      uint32_t key = static_cast<uint32_t>(event.data.u64);
      napi_status sent = wake_.NonBlockingCall([key](Napi::Env env, Napi::Function callback) {
        callback.Call({Napi::Number::New(env, key)});
      });
      if (sent != napi_ok)
        break;
    }
    wake_.Release();
  }

  ScopedFd epoll_;
  ScopedFd stop_;
  Napi::ThreadSafeFunction wake_;
  std::thread thread_;
};

Watcher *watcher_of(const Napi::CallbackInfo &info) {
  Watcher *watcher = info.Env().GetInstanceData<Watcher>();
  if (watcher == nullptr)
    throw Napi::Error::New(info.Env(), "the watcher is not started");
  return watcher;
}

// Instance data belongs to one environment and is deleted with it: a worker that ends stops its own thread.
Napi::Value start_watcher(const Napi::CallbackInfo &info) {
  info.Env().SetInstanceData(new Watcher(info.Env(), info[0].As<Napi::Function>()));
  return info.Env().Undefined();
}

Napi::Value watch(const Napi::CallbackInfo &info) {
  watcher_of(info)->arm(info.Env(), EPOLL_CTL_ADD, int_argument(info, 0), info[1].As<Napi::Number>().Uint32Value());
  return info.Env().Undefined();
}

Napi::Value watch_again(const Napi::CallbackInfo &info) {
  watcher_of(info)->arm(info.Env(), EPOLL_CTL_MOD, int_argument(info, 0), info[1].As<Napi::Number>().Uint32Value());
  return info.Env().Undefined();
}

Napi::Value unwatch(const Napi::CallbackInfo &info) {
  watcher_of(info)->disarm(int_argument(info, 0));
  return info.Env().Undefined();
}

Napi::Value hold_watcher(const Napi::CallbackInfo &info) {
  watcher_of(info)->hold(info.Env(), info[0].As<Napi::Boolean>().Value());
  return info.Env().Undefined();
}

} // namespace

void register_watcher(Napi::Env env, Napi::Object exports) {
  exports.Set("startWatcher", Napi::Function::New(env, start_watcher));
  exports.Set("watch", Napi::Function::New(env, watch));
  exports.Set("watchAgain", Napi::Function::New(env, watch_again));
  exports.Set("unwatch", Napi::Function::New(env, unwatch));
  exports.Set("holdWatcher", Napi::Function::New(env, hold_watcher));
}
