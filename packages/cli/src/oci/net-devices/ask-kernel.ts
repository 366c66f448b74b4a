import { readSync, writeSync } from 'node:fs';
import { describeErrno } from '@mini/contracts';
import { decodeMessages, encodeMessage, FLAG, type RouteReply } from './route-message.js';

/** More than the kernel puts into one answer. */
const MOST_BYTES = 1 << 16;

/**
 * Asks the kernel on a socket of rtnetlink(7), or tells it to do something; returns what it answers before the end. With
 * `FLAG.all` in the flags it lists everything, else it acknowledges. Throws an `Error` with the errno's text.
 */
export function askKernel(socket: number, type: number, flags: number, body: Uint8Array): RouteReply[] {
  const listsAll = (flags & FLAG.all) === FLAG.all;
  writeSync(socket, encodeMessage(type, listsAll ? flags : flags | FLAG.acknowledge, body));
  const answers: RouteReply[] = [];
  const buffer = Buffer.alloc(MOST_BYTES);
  for (;;) {
    const count = readSync(socket, buffer);
    for (const reply of decodeMessages(Buffer.from(buffer.subarray(0, count)))) {
      if (reply.error > 0) throw new Error(describeErrno(reply.error));
      if (reply.isLast) return answers;
      answers.push(reply);
    }
  }
}
