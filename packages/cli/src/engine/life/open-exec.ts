import { openCgroup } from '@mini/cgroup-manager';
import { type ExitStatus, type Process, RuntimeError } from '@mini/contracts';
import { type ContainerProcess, type ExecProcessOptions, NO_CGROUP, signalNumber } from '@mini/runtime-core';
import { makeId } from '@mini/state-store';
import type { Engine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';
import { describeEntry, type Entry, type EntryRequest, filterOf, findToEnter } from '../exec-entry.js';
import { openTimeLimit, type TimeLimit } from './time-limit.js';

/** How a program runs a command in a container. */
export interface ExecStreamOptions extends Omit<EntryRequest, 'command' | 'tty'> {
  /** Kills the command when it has not ended after this many milliseconds. */
  readonly timeoutMs?: number;
  /** Kills the command when aborted. */
  readonly signal?: AbortSignal;
}

/** A command that is to enter a container, all looked up. */
export interface OpenedExec {
  readonly entry: Entry;
  readonly described: Process;
  /** For the launch, which must come before `close`. */
  readonly launch: ExecProcessOptions;
  readonly limit: TimeLimit;
  /** Writes down what becomes of the process. */
  follow(child: ContainerProcess<ExitStatus>): void;
  close(): void;
}

/** Throws `RuntimeError` `bad-options` and what `findToEnter` throws; the reason of `signal` when that is aborted. */
export function openExec(
  engine: Engine,
  reference: string,
  command: readonly string[],
  options: ExecStreamOptions,
): OpenedExec {
  const words = command.join(' ');
  options.signal?.throwIfAborted();
  checkOptions(words, command, options);
  const entry: Entry = { engine, ...findToEnter(engine, reference), request: { ...options, command } };
  const { container } = entry;
  const described = describeEntry(entry);
  const filter = filterOf(entry);
  const join = openCgroup(engine.layout, `/mini/${container.id}`)?.openForLaunch();
  const limit = openTimeLimit(options, `failed to run "${words}" in container "${container.name}"`);
  const execID = makeId();
  recordEvent(engine, container, `exec_create: ${words}`, { execID });
  return {
    entry,
    described,
    launch: { cgroup: join ?? NO_CGROUP, signal: limit.signal, ...filter },
    limit,
    follow(child) {
      const recordStart = () => recordEvent(engine, container, `exec_start: ${words}`, { execID });
      child.started.then(recordStart, () => undefined);
      const recordEnd = (status: ExitStatus) =>
        recordEvent(engine, container, 'exec_die', { execID, exitCode: String(toExitCode(status)) });
      child.exited.then(recordEnd, () => undefined);
    },
    close: () => join?.close(),
  };
}

/** What a shell would say. */
export function toExitCode({ exitCode, signal }: ExitStatus): number {
  return exitCode ?? 128 + signalNumber(signal ?? 'SIGKILL');
}

/** A timer takes no more. */
const MOST_TIMEOUT_MS = 2 ** 31 - 1;

/** JavaScript callers are not held to the types. */
function checkOptions(words: string, command: readonly string[], options: ExecStreamOptions): void {
  const { env = [], workdir = '/', timeoutMs = 0 } = options;
  const problems = [
    ...(command.length === 0 ? ['command: it is empty'] : []),
    ...env.flatMap((entry, index) =>
      /^[^=\0]+=[^\0]*$/s.test(entry) ? [] : [`env[${index}]: ${JSON.stringify(entry)} is not KEY=value`],
    ),
    ...(workdir.startsWith('/') ? [] : [`workdir: "${workdir}" is not an absolute path`]),
    ...(timeoutMs >= 0 && timeoutMs <= MOST_TIMEOUT_MS
      ? []
      : [`timeoutMs: ${timeoutMs} is not from 0 to ${MOST_TIMEOUT_MS}`]),
  ];
  if (problems.length === 0) return;
  const message = `failed to run "${words}": ${problems.join('; ')}`;
  throw new RuntimeError({ code: 'bad-options', message, context: { problems } });
}
