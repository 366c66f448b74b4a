"""Listens on the unix socket argv[1] for the listener of a seccomp filter and answers one call with the errno argv[2].

Prints the state that came with it, then the number of the call.
"""
import fcntl
import socket
import struct
import sys

RECEIVE, SEND = 0xC0502100, 0xC0182101

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(1)
print("ready", flush=True)
connection, _ = listener.accept()
message, descriptors, _, _ = socket.recv_fds(connection, 65536, 16)
print(message.decode(), flush=True)
call = bytearray(80)
fcntl.ioctl(descriptors[0], RECEIVE, call)
identity, _, _, number = struct.unpack_from("QIIi", call)
fcntl.ioctl(descriptors[0], SEND, bytearray(struct.pack("QqiI", identity, 0, -int(sys.argv[2]), 0)))
print(number, flush=True)
