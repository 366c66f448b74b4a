import { spawn as spawnProgram } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { RuntimeError } from '@mini/contracts';

/** A container that runs the probe: told to end by a line on its stdin. */
export interface ProbedContainer {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly ended: Promise<unknown>;
}

/** One of the things that are measured beside each other. */
export interface Side {
  readonly name: string;
  /** Does the work once; milliseconds from before its creation to after its end. Rejects when it fails. */
  run(): Promise<number>;
  /** The same container with another command. Absent where there is nothing to compare. */
  probe?(command: readonly string[]): ProbedContainer;
  /** Ends what the side keeps running between measurements. */
  close?(): Promise<void>;
}

/** Milliseconds from the spawn of a program to its exit, as a program that calls it sees them. */
export async function timeProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  const start = performance.now();
  const child = spawnProgram(file, args, { stdio: 'ignore', env });
  const [code, signal] = await once(child, 'exit');
  const durationMs = performance.now() - start;
  if (code === 0) return durationMs;
  throw new RuntimeError({
    code: 'BENCH_FAILED',
    message: `failed to run "${[file, ...args].join(' ')}": it ended with ${signal ?? `exit code ${code}`}`,
  });
}

/** A program whose stdin and stdout are those of the container that it runs. */
export function probeProgram(file: string, args: readonly string[]): ProbedContainer {
  const child = spawnProgram(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { stdin: child.stdin, stdout: child.stdout, ended: once(child, 'exit') };
}
