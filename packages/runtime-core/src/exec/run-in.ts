import { closeSync } from 'node:fs';
import { type ExitStatus, type Kernel, type Process, RuntimeError } from '@mini/contracts';
import { nativeKernel } from '../kernel/native-kernel.js';
import type { ContainerProcess } from '../spawn/container-process.js';
import { collectOutput } from './collect-output.js';
import { type Entrant, enter, fromOptions, fromProcess } from './exec-in.js';
import type {
  RunInOptions,
  RunInResult,
  RunPipes,
  RunProcessOptions,
  RunProcessResult,
} from './exec-options.js';
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
  const { pipes, rest } = takePipes(options);
  const make = (stdio: Stdio) => fromOptions([command, ...args], { ...rest, stdio });
  const { stdout, stderr, ...status } = await runToEnd(kernel, target, { command, make, pipes });
  return { ...status, stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8') };
}

/** As `runIn`, for a process in the form of the OCI runtime-spec, see `execProcessIn`; gives bytes. */
export async function runProcessIn(
  target: ExecTarget,
  process: Process,
  options: RunProcessOptions = {},
  kernel: Kernel = nativeKernel(),
): Promise<RunProcessResult> {
  const { onProcess, ...others } = options;
  const { pipes, rest } = takePipes(others);
  const make = (stdio: Stdio) => fromProcess(process, { ...rest, stdio });
  return runToEnd(kernel, target, { command: process.args[0] ?? '', make, pipes, onProcess });
}

function takePipes<T extends RunPipes>({ input, maxOutputBytes, ...rest }: T) {
  const pipes: RunPipes = {
    ...(input === undefined ? {} : { input }),
    ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
  };
  return { pipes, rest };
}

type Stdio = readonly ['pipe' | 'ignore', number, number];

interface Errand {
  /** For error sentences. */
  readonly command: string;
  readonly make: (stdio: Stdio) => Entrant;
  readonly pipes: RunPipes;
  readonly onProcess?: RunProcessOptions['onProcess'] | undefined;
}

async function runToEnd(kernel: Kernel, target: ExecTarget, errand: Errand): Promise<RunProcessResult> {
  const { input, maxOutputBytes = MOST_OUTPUT_BYTES } = errand.pipes;
  const pipes = [kernel.pipe(), kernel.pipe()] as const;
  const outputs = pipes.map(([readEnd]) =>
    collectOutput(kernel, readEnd, maxOutputBytes, () => child?.kill('SIGKILL')),
  );
  let child: ContainerProcess<ExitStatus> | undefined;
  try {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const [[, stdoutFd], [, stderrFd]] = pipes;
    try {
      child = enter(kernel, target, errand.make([stdin, stdoutFd, stderrFd]), true);
    } finally {
      for (const [, writeEnd] of pipes) closeSync(writeEnd);
    }
    errand.onProcess?.(child);
    feed(child, input);
    const status = await child.exited;
    const [stdout, stderr] = outputs.map((output) => output.finish());
    if (stdout === undefined || stderr === undefined) throw tooLongError(errand.command, maxOutputBytes);
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
