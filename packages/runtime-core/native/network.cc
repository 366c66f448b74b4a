// Sockets to rtnetlink(7), of our network namespace or of another.
#include "native.h"

#include <cerrno>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <thread>

namespace {

// A socket belongs for good to the namespace in which it was made.
int open_socket(const char **call) {
  *call = "socket";
  return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

// Only a thread that ends at once may go into another namespace: no other code of the process must find itself there.
int open_socket_in(int namespace_fd, const char **call, int *error) {
  int fd = -1;
  std::thread visitor([&] {
    *call = "setns";
    if (setns(namespace_fd, CLONE_NEWNET) == 0)
      fd = open_socket(call);
    *error = errno;
  });
  visitor.join();
  return fd;
}

Napi::Value open_route_socket(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int namespace_fd = int_argument(info, 0);
  const char *call = nullptr;
  int error = 0;
  int fd = namespace_fd < 0 ? open_socket(&call) : open_socket_in(namespace_fd, &call, &error);
  if (fd < 0)
    throw_errno(env, call, namespace_fd < 0 ? errno : error);
  return Napi::Number::New(env, fd);
}

} // namespace

void register_network(Napi::Env env, Napi::Object exports) {
  exports.Set("openRouteSocket", Napi::Function::New(env, open_route_socket));
}
