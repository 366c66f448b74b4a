// Control sockets: SOCK_SEQPACKET pairs whose datagrams may carry descriptors (unix(7), SCM_RIGHTS).
#include "native.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace {

constexpr size_t most_bytes = 4096;
constexpr size_t most_fds = 16;

Napi::Value make_socket_pair(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
    throw_errno(env, "socketpair", errno);
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0u, fds[0]);
  pair.Set(1u, fds[1]);
  return pair;
}

Napi::Array collect_fds(Napi::Env env, struct msghdr *message) {
  Napi::Array fds = Napi::Array::New(env);
  uint32_t count = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
      continue;
    size_t here = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < here; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      fds.Set(count++, fd);
    }
  }
  return fds;
}

// Undefined when nothing is there yet; empty bytes at the end.
Napi::Value receive_message(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  uint8_t bytes[most_bytes];
  alignas(struct cmsghdr) char control[CMSG_SPACE(most_fds * sizeof(int))];
  struct iovec vector = {bytes, sizeof bytes};
  struct msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t length;
  do
    length = recvmsg(int_argument(info, 0), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (length < 0 && errno == EINTR);
  if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return env.Undefined();
  if (length < 0 && errno != ECONNRESET)
    throw_errno(env, "recvmsg", errno);
  size_t count = length < 0 ? 0 : static_cast<size_t>(length);
  Napi::Uint8Array copy = Napi::Uint8Array::New(env, count);
  memcpy(copy.Data(), bytes, count);
  Napi::Object result = Napi::Object::New(env);
  result.Set("bytes", copy);
  result.Set("fds", collect_fds(env, &message));
  return result;
}

Napi::Value send_message(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Napi::Uint8Array bytes = info[1].As<Napi::Uint8Array>();
  Napi::Array fds = info[2].As<Napi::Array>();
  alignas(struct cmsghdr) char control[CMSG_SPACE(most_fds * sizeof(int))] = {};
  struct iovec vector = {bytes.Data(), bytes.ByteLength()};
  struct msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  if (fds.Length() > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(fds.Length() * sizeof(int));
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(fds.Length() * sizeof(int));
    for (uint32_t i = 0; i < fds.Length() && i < most_fds; i++) {
      int fd = fds.Get(i).As<Napi::Number>().Int32Value();
      memcpy(CMSG_DATA(part) + i * sizeof fd, &fd, sizeof fd);
    }
  }
  ssize_t sent;
  do
    sent = sendmsg(int_argument(info, 0), &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0)
    throw_errno(env, "sendmsg", errno);
  return env.Undefined();
}

struct sockaddr_un make_address(Napi::Env env, const char *call, const std::string &path) {
  struct sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw_errno(env, call, ENAMETOOLONG);
  memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

Napi::Value connect_socket(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct sockaddr_un address = make_address(env, "connect", string_argument(info, 0));
  int type = info[1].As<Napi::Boolean>().Value() ? SOCK_STREAM : SOCK_SEQPACKET;
  ScopedFd fd(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (fd.get() < 0)
    throw_errno(env, "socket", errno);
  if (connect(fd.get(), reinterpret_cast<struct sockaddr *>(&address), sizeof address) < 0)
    throw_errno(env, "connect", errno);
  return Napi::Number::New(env, fd.release());
}

// The mode of the socket is that of its inode: fchmod before bind is what bind(2) takes it from.
Napi::Value listen_socket(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  struct sockaddr_un address = make_address(env, "bind", string_argument(info, 0));
  ScopedFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (fd.get() < 0)
    throw_errno(env, "socket", errno);
  if (fchmod(fd.get(), 0600) < 0)
    throw_errno(env, "fchmod", errno);
  if (bind(fd.get(), reinterpret_cast<struct sockaddr *>(&address), sizeof address) < 0)
    throw_errno(env, "bind", errno);
  if (listen(fd.get(), 1) < 0)
    throw_errno(env, "listen", errno);
  return Napi::Number::New(env, fd.release());
}

} // namespace

void register_messages(Napi::Env env, Napi::Object exports) {
  exports.Set("socketPair", Napi::Function::New(env, make_socket_pair));
  exports.Set("receiveMessage", Napi::Function::New(env, receive_message));
  exports.Set("connectSocket", Napi::Function::New(env, connect_socket));
  exports.Set("listenSocket", Napi::Function::New(env, listen_socket));
  exports.Set("sendMessage", Napi::Function::New(env, send_message));
}
