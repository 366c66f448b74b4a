import type { Readable, Writable } from 'node:stream';
import type { ExitStatus } from '@mini/contracts';
import { execProcessIn, runProcessIn } from '@mini/runtime-core';
import { type Engine, openEngine } from '../engine.js';
import { explainStart } from '../exec-entry.js';
import { untilAborted } from '../until-aborted.js';
import { type ExecStreamOptions, type OpenedExec, openExec, toExitCode } from './open-exec.js';

/** How a program runs a command in a container and takes what it writes. */
export interface ExecOptions extends ExecStreamOptions {
  /** What the command reads from stdin; nothing unless told. It need not read it. */
  readonly input?: string | Uint8Array;
  /** The most bytes that are taken of stdout and of stderr; 16 MiB unless told. */
  readonly maxOutputBytes?: number;
  /** `utf8` unless told; `buffer` gives the bytes as they are. */
  readonly encoding?: 'utf8' | 'buffer';
}

/** How a command in a container has ended, and what it has written. */
export interface ExecOutput<Output extends string | Buffer = string> {
  readonly stdout: Output;
  readonly stderr: Output;
  /** What a shell would say: the command's own exit code, or 128 + the number of the signal that ended it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs a command in a running container, as `mini exec` does, and gives what it wrote and how it ended; a command that
 * fails is a result. What it leaves in the background is not waited for, even where that holds its output open. Rejects
 * with `RuntimeError`: `container-not-running`, `container-paused`, `command-not-found`, `command-not-executable`,
 * `bad-options`, and, when the command was killed, `output-too-long` or `timeout`; with the reason of `signal` when that is
 * aborted.
 */
export function exec(
  reference: string,
  command: readonly string[],
  options: ExecOptions & { readonly encoding: 'buffer' },
  engine?: Engine,
): Promise<ExecOutput<Buffer>>;
export function exec(
  reference: string,
  command: readonly string[],
  options?: ExecOptions & { readonly encoding?: 'utf8' },
  engine?: Engine,
): Promise<ExecOutput>;
export async function exec(
  reference: string,
  command: readonly string[],
  options: ExecOptions = {},
  engine: Engine = openEngine(),
): Promise<ExecOutput<string | Buffer>> {
  const { input, maxOutputBytes, encoding = 'utf8' } = options;
  const opened = openExec(engine, reference, command, options);
  const result = launch(opened, ({ entry, described, launch, follow }) =>
    runProcessIn(
      { pid: entry.pid },
      described,
      {
        ...launch,
        ...(input === undefined ? {} : { input }),
        ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
        onProcess: follow,
      },
      engine.kernel,
    ),
  );
  const { stdout, stderr, ...status } = await settle(opened, result);
  const toOutput = (bytes: Buffer) => (encoding === 'buffer' ? bytes : bytes.toString('utf8'));
  return { stdout: toOutput(stdout), stderr: toOutput(stderr), ...toResult(status) };
}

/** A command that runs in a container, and its streams. */
export interface ExecStream {
  readonly stdin: Writable;
  /** Ends when nothing in the container holds it open any more; what is not read when the command ends is dropped. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once the command runs; rejects as `exited` does. */
  readonly started: Promise<void>;
  /** How it ended. Rejects as `exec` does, but for `output-too-long`. */
  readonly exited: Promise<Pick<ExecOutput, 'exitCode' | 'signal'>>;
  /** Sends a signal, SIGTERM unless told; `false` when the command has ended. Throws `RuntimeError` `unknown-signal`. */
  kill(signal?: NodeJS.Signals | number): boolean;
}

/**
 * Starts a command in a running container and returns at once, as `child_process.spawn` does. Its output waits in pipes
 * until it is read: a command that writes more stands still. Throws `RuntimeError`: `container-not-running`,
 * `container-paused`, `bad-options`; the reason of `signal` when that is aborted.
 */
export function execStream(
  reference: string,
  command: readonly string[],
  options: ExecStreamOptions = {},
  engine: Engine = openEngine(),
): ExecStream {
  const opened = openExec(engine, reference, command, options);
  const child = launch(opened, ({ entry, described, launch }) =>
    execProcessIn({ pid: entry.pid }, described, launch, engine.kernel),
  );
  opened.follow(child);
  const exited = settle(opened, child.exited).then(toResult);
  const started = untilAborted(child.started, opened.limit.signal).catch((error: unknown) => {
    throw explainStart(opened.entry, opened.described, error);
  });
  // Whoever waits for one alone must not be struck by the other.
  for (const promise of [exited, started]) promise.catch(() => undefined);
  const { stdin, stdout, stderr } = child;
  // Three pipes were asked for.
  return {
    stdin: stdin!,
    stdout: stdout!,
    stderr: stderr!,
    started,
    exited,
    kill: (signal) => child.kill(signal),
  };
}

/** The launch itself is over when it returns. */
function launch<T>(opened: OpenedExec, start: (opened: OpenedExec) => T): T {
  try {
    return start(opened);
  } catch (error) {
    opened.limit.close();
    throw error;
  } finally {
    opened.close();
  }
}

async function settle<T>({ entry, described, limit }: OpenedExec, result: Promise<T>): Promise<T> {
  // It ends later than the wait for it where it was killed.
  result.catch(() => undefined);
  try {
    return await untilAborted(result, limit.signal);
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : explainStart(entry, described, error);
  } finally {
    limit.close();
  }
}

function toResult(status: ExitStatus) {
  return { exitCode: toExitCode(status), signal: status.signal };
}
