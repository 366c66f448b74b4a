import { closeSync } from 'node:fs';
import { type ExitStatus, type Kernel, RuntimeError } from '@mini/contracts';
import { nativeKernel } from '../kernel/native-kernel.js';
import type { ContainerProcess } from '../spawn/container-process.js';
import { collectOutput } from './collect-output.js';
import { enter } from './exec-in.js';
import type { RunInOptions, RunInResult } from './exec-options.js';
import type { ExecTarget } from './exec-target.js';

const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs `command` in a running container and gives what it wrote and how it ended; a command that fails is a result. Does
 * not wait for what the command leaves in the background, even where that holds its output open. Rejects as `started` of
 * `execIn` does, and with `RuntimeError` `output-too-long`: the command is killed then.
 */
export async function runIn(
  target: ExecTarget,
  command: string,
  args: readonly string[] = [],
  options: RunInOptions = {},
  kernel: Kernel = nativeKernel(),
): Promise<RunInResult> {
  const { input, maxOutputBytes = MOST_OUTPUT_BYTES, ...rest } = options;
  const pipes = [kernel.pipe(), kernel.pipe()] as const;
  const outputs = pipes.map(([readEnd]) =>
    collectOutput(kernel, readEnd, maxOutputBytes, () => child?.kill('SIGKILL')),
  );
  let child: ContainerProcess<ExitStatus> | undefined;
  try {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const [[, stdoutFd], [, stderrFd]] = pipes;
    try {
      const stdio = [stdin, stdoutFd, stderrFd] as const;
      child = enter(kernel, target, [command, ...args], { ...rest, stdio }, true);
    } finally {
      for (const [, writeEnd] of pipes) closeSync(writeEnd);
    }
    feed(child, input);
    const status = await child.exited;
    const [stdout, stderr] = outputs.map((output) => output.finish());
    if (stdout === undefined || stderr === undefined) throw tooLongError(command, maxOutputBytes);
    return { ...status, stdout, stderr };
  } finally {
    child?.stdin?.destroy();
    for (const output of outputs) output.finish();
  }
}

/** A command need not read what it is given. */
function feed({ stdin }: ContainerProcess<ExitStatus>, input: string | Uint8Array | undefined): void {
  stdin?.on('error', () => undefined);
  stdin?.end(input);
}

function tooLongError(command: string, maxOutputBytes: number): RuntimeError<'output-too-long'> {
  return new RuntimeError({
    code: 'output-too-long',
    message: `failed to run "${command}": it wrote more than ${maxOutputBytes} bytes`,
    context: { field: 'maxOutputBytes' },
  });
}
