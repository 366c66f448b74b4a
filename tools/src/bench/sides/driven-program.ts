import { type ChildProcess, spawn as spawnProgram } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Side } from '../side.js';

const REQUEST_FD = 3;
const ANSWER_FD = 4;

/**
 * A program that works once for each byte on its descriptor 3 and answers on its descriptor 4 with a line: the
 * nanoseconds that it took. It stays alive between the rounds of the others.
 */
export function drivenProgram(name: string, file: string, args: readonly string[]): Side {
  const child = spawnProgram(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const requests = child.stdio[REQUEST_FD] as Writable;
  const answers = createInterface({ input: child.stdio[ANSWER_FD] as Readable });
  return {
    name,
    run: () => askOnce(name, child, requests, answers),
    async close() {
      requests.end();
      await ended;
    },
  };
}

function askOnce(name: string, child: ChildProcess, requests: Writable, answers: Interface): Promise<number> {
  return new Promise((resolve, reject) => {
    const onLine = (line: string) => {
      child.off('exit', onExit);
      resolve(Number(line) / 1e6);
    };
    const onExit = () => {
      answers.off('line', onLine);
      reject(new Error(`"${name}" has ended`));
    };
    answers.once('line', onLine);
    child.once('exit', onExit);
    requests.write('.');
  });
}
