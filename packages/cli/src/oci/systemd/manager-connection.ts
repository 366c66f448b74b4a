import { closeSync, readSync, writeSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import {
  type BusMessage,
  decodeMessage,
  encodeCall,
  HEADER_BYTES,
  MESSAGE,
  measureMessage,
} from './bus-message.js';
import type { BusValue } from './bus-value.js';

/** Systemd's own socket, on which root talks to it with no bus between, as systemctl(1) does. */
export const MANAGER_SOCKET = '/run/systemd/private';
const MANAGER = { path: '/org/freedesktop/systemd1', interface: 'org.freedesktop.systemd1.Manager' };
/** Systemd stops a unit by force after 90 seconds. */
const TIMEOUT_MS = 120_000;
const MOST_GREETING_BYTES = 4096;

/** The manager has refused a call, by its name for the reason, such as `org.freedesktop.systemd1.NoSuchUnit`. */
export class ManagerError extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The part of the `Kernel` that a connection needs. */
export type SocketKernel = Pick<Kernel, 'connectSocket' | 'pollReadable'>;

/**
 * Calls systemd's manager and waits for what it answers. Source: org.freedesktop.systemd1(5), and the D-Bus specification,
 * "Authentication Protocol".
 */
export class ManagerConnection {
  readonly #kernel: SocketKernel;
  readonly #fd: number;
  #serial = 0;
  /** Jobs that have ended, by their paths, and how. */
  readonly #ended = new Map<string, string>();

  /** Throws an `Error` where nobody listens. */
  constructor(kernel: SocketKernel, path: string = MANAGER_SOCKET) {
    this.#kernel = kernel;
    this.#fd = kernel.connectSocket(path, 'stream');
    try {
      this.#authenticate();
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Throws `ManagerError`. */
  call(member: string, signature: string, values: readonly BusValue[]): BusValue[] {
    this.#serial += 1;
    this.#write(encodeCall(this.#serial, { ...MANAGER, member, signature, values }));
    for (;;) {
      const message = this.#receive();
      if (message.replyTo !== this.#serial) continue;
      if (message.type === MESSAGE.reply) return message.readValues();
      throw new ManagerError(message.errorName ?? '', String(message.readValues()[0] ?? message.errorName));
    }
  }

  /** Calls what makes a job, and waits for its end: `done`, or `failed`, `canceled`, `timeout` and the like. */
  runJob(member: string, signature: string, values: readonly BusValue[]): string {
    const [job] = this.call(member, signature, values) as string[];
    for (;;) {
      const result = this.#ended.get(job!);
      if (result !== undefined) return result;
      this.#receive();
    }
  }

  /** We are who the kernel says we are; the manager compares. */
  #authenticate(): void {
    const uid = Buffer.from(String(process.geteuid?.() ?? 0)).toString('hex');
    this.#write(Buffer.from(`\0AUTH EXTERNAL ${uid}\r\n`));
    let answer = '';
    // Byte by byte: behind the line messages may follow.
    while (!answer.endsWith('\r\n') && answer.length < MOST_GREETING_BYTES) {
      answer += this.#read(1).toString('latin1');
    }
    if (!answer.startsWith('OK ')) throw new Error(`it answers ${JSON.stringify(answer.trim())}`);
    this.#write(Buffer.from('BEGIN\r\n'));
  }

  #receive(): BusMessage {
    const start = this.#read(HEADER_BYTES);
    const rest = this.#read(measureMessage(start) - HEADER_BYTES);
    const message = decodeMessage(Buffer.concat([start, rest]));
    if (message.type === MESSAGE.signal && message.member === 'JobRemoved') {
      const [, job, , result] = message.readValues() as string[];
      this.#ended.set(job!, result!);
    }
    return message;
  }

  #read(count: number): Buffer {
    const bytes = Buffer.alloc(count);
    for (let filled = 0; filled < count; ) {
      if (!this.#kernel.pollReadable(this.#fd, TIMEOUT_MS)) {
        throw new Error(`it does not answer within ${TIMEOUT_MS / 1000} seconds`);
      }
      const got = readSync(this.#fd, bytes, filled, count - filled, null);
      if (got === 0) throw new Error('it has closed the connection');
      filled += got;
    }
    return bytes;
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
  }
}
