import { closeSync, openSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import test from 'ava';
import { sendListener } from '../../src/start/send-listener.js';

const state = { ociVersion: '1.2.0', id: 'x', status: 'creating', bundle: '/b' };

test('an agent gets one message with the state of the process and its listener', (t) => {
  const socket = openSync('/dev/null', 'r');
  const said: unknown[] = [];
  const kernel = {
    connectSocket: (path: string, type?: string) => {
      said.push([path, type]);
      return socket;
    },
    sendMessage: (fd: number, bytes: Uint8Array, fds: readonly number[]) =>
      void said.push([fd, JSON.parse(Buffer.from(bytes).toString()), fds]),
  } as unknown as Kernel;
  const seccomp = { listenerPath: '/run/agent', listenerMetadata: 'mine' };
  sendListener(kernel, 77, seccomp, { ociVersion: '1.2.0', pid: 5, state });
  const message = { ociVersion: '1.2.0', fds: ['seccompFd'], pid: 5, metadata: 'mine', state };
  t.deepEqual(said, [
    ['/run/agent', 'stream'],
    [socket, message, [77]],
  ]);
  t.throws(() => closeSync(socket), { code: 'EBADF' }, 'the connection is closed');
});

test('an agent that takes nothing is an error, and the connection is closed', (t) => {
  const socket = openSync('/dev/null', 'r');
  const kernel = {
    connectSocket: () => socket,
    sendMessage() {
      throw new Error('EPIPE');
    },
  } as unknown as Kernel;
  t.throws(() => sendListener(kernel, 77, {}, { ociVersion: '1.2.0', pid: 5, state }), { message: 'EPIPE' });
  t.throws(() => closeSync(socket), { code: 'EBADF' });
});
