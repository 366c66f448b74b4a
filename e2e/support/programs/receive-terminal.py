"""Listens on the unix socket argv[1] for one terminal, as engines do with --console-socket.

Prints "BYTES DESCRIPTORS COLUMNS ROWS" of the message that brings it, then what is written to the terminal; types what
comes on stdin.
"""
import fcntl
import os
import select
import socket
import struct
import sys
import termios

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(1)
print("ready", flush=True)
connection, _ = listener.accept()
message, descriptors, _, _ = socket.recv_fds(connection, 4096, 16)
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
