import { createServer, type Server } from 'node:net';
import type { Writable } from 'node:stream';

/** The host's end of a serial port of the guest: a unix socket that QEMU connects to. */
export interface Port {
  readonly path: string;
  /** Resolves when QEMU has closed its end and all bytes have been handed on. */
  readonly drained: Promise<void>;
  close(): void;
}

/** Listens at `path` and hands the bytes on to `sink`, which stays open. */
export async function openPort(path: string, sink: Writable): Promise<Port> {
  let server: Server;
  const drained = new Promise<void>((resolve) => {
    server = createServer((socket) => {
      socket.pipe(sink, { end: false });
      socket.once('close', () => resolve());
      socket.once('error', () => resolve());
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return { path, drained, close: () => server.close() };
}
