"""Listens on the unix socket argv[1] for one message with a descriptor, as engines do, and prints "ready" when it does.

`terminal`, as for --console-socket: prints "BYTES DESCRIPTORS COLUMNS ROWS" of the message, then what is written to the
terminal; types what comes on stdin. `calls ERRNO`, as for the listener of a seccomp filter: prints the message, answers one
call with the errno, and prints the number of the call.
"""
import fcntl
import os
import select
import socket
import struct
import sys
import termios

RECEIVE, SEND = 0xC0502100, 0xC0182101


def relay_terminal(message, descriptors):
    master = descriptors[0]
    rows, columns = struct.unpack("HHHH", fcntl.ioctl(master, termios.TIOCGWINSZ, bytes(8)))[:2]
    print(len(message), len(descriptors), columns, rows, flush=True)
    sources = [master, 0]
    while master in sources:
        for source in select.select(sources, [], [])[0]:
            try:
                data = os.read(source, 4096)
            except OSError:
                data = b""
            if data == b"":
                sources.remove(source)
            else:
                os.write(1 if source == master else master, data)


def answer_call(message, descriptors, errno):
    print(message.decode(), flush=True)
    call = bytearray(80)
    fcntl.ioctl(descriptors[0], RECEIVE, call)
    identity, _, _, number = struct.unpack_from("QIIi", call)
    fcntl.ioctl(descriptors[0], SEND, bytearray(struct.pack("QqiI", identity, 0, -int(errno), 0)))
    print(number, flush=True)


path, what, *rest = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(1)
print("ready", flush=True)
connection, _ = listener.accept()
message, descriptors, _, _ = socket.recv_fds(connection, 65536, 16)
{"terminal": relay_terminal, "calls": answer_call}[what](message, descriptors, *rest)
