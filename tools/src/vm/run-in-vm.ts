import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { execa } from 'execa';
import { findCacheDirectory, workspaceRoot } from '../workspace.js';
import { encodeCpio } from './cpio.js';
import { provideDisk } from './disk.js';
import { provideInitramfs } from './initramfs.js';
import { makeJobFiles } from './job.js';
import { provideKernel, type VmKernel } from './kernel.js';
import { makeQemuFlags } from './machine.js';
import type { VmOptions } from './options.js';
import { openPort, type Port } from './ports.js';
import { findAccelerator, findVmPrograms, type VmPrograms } from './requirements.js';
import { startShare } from './share.js';

/** How a run in the virtual machine ended. */
export type VmResult =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'skipped' | 'failed'; readonly reason: string }
  | { readonly kind: 'timed-out' };

/** Where the job's output goes. */
export interface VmOutputs {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Runs one command in a new virtual machine. Nothing of the machine is left when the promise settles. */
export async function runInVm(
  options: VmOptions,
  outputs: VmOutputs,
  signal: AbortSignal,
): Promise<VmResult> {
  const programs = findVmPrograms();
  if (typeof programs === 'string') return { kind: 'skipped', reason: programs };
  const cacheDirectory = join(findCacheDirectory(), 'vm');
  const kernel = await provideKernel(cacheDirectory);
  if (kernel === undefined) return { kind: 'skipped', reason: 'a kernel for virtual machines is missing' };
  const jobDirectory = mkdtempSync(join(tmpdir(), 'mini-vm-'));
  // Aborted at the end too: it is what stops the file server.
  const stop = new AbortController();
  const cancelSignal = AbortSignal.any([signal, stop.signal]);
  try {
    return await runMachine({
      options,
      outputs,
      programs,
      kernel,
      cacheDirectory,
      jobDirectory,
      cancelSignal,
    });
  } finally {
    stop.abort();
    rmSync(jobDirectory, { recursive: true, force: true });
  }
}

interface Run {
  readonly options: VmOptions;
  readonly outputs: VmOutputs;
  readonly programs: VmPrograms;
  readonly kernel: VmKernel;
  readonly cacheDirectory: string;
  readonly jobDirectory: string;
  readonly cancelSignal: AbortSignal;
}

async function runMachine(run: Run): Promise<VmResult> {
  const { options, outputs, jobDirectory, cancelSignal } = run;
  const status = new PassThrough().setEncoding('utf8');
  const artifactPath = join(jobDirectory, 'artifact.tar');
  const ports: Record<string, Port> = {
    stdout: await openPort(join(jobDirectory, 'stdout.sock'), outputs.stdout),
    stderr: await openPort(join(jobDirectory, 'stderr.sock'), outputs.stderr),
    status: await openPort(join(jobDirectory, 'status.sock'), status),
    artifact: await openPort(join(jobDirectory, 'artifact.sock'), createWriteStream(artifactPath)),
  };
  try {
    const flags = makeQemuFlags(await prepareMachine(run, ports));
    const qemu = await execa('setpriv', ['--pdeathsig', 'KILL', run.programs.qemu, ...flags], {
      cancelSignal,
      stdin: 'ignore',
      reject: false,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    if (qemu.timedOut) return { kind: 'timed-out' };
    if (qemu.isCanceled) return { kind: 'failed', reason: 'interrupted' };
    await Promise.all(Object.values(ports).map((port) => port.drained));
    return await finishRun(run, String(status.read() ?? ''), artifactPath, qemu.stderr);
  } finally {
    for (const port of Object.values(ports)) port.close();
  }
}

async function prepareMachine(run: Run, ports: Readonly<Record<string, Port>>) {
  const { options, programs, kernel, cacheDirectory, jobDirectory, cancelSignal } = run;
  const visible = listVisibleDirectories(options, cacheDirectory);
  const initramfsPath = join(jobDirectory, 'initramfs');
  const base = await provideInitramfs(cacheDirectory, kernel, programs.busybox);
  const job = encodeCpio(makeJobFiles(options, process.env, kernel, visible));
  writeFileSync(initramfsPath, Buffer.concat([base, job]));
  return {
    kernel,
    initramfsPath,
    accelerator: findAccelerator(),
    diskPath: await provideDisk(cacheDirectory),
    consolePath: join(jobDirectory, 'console.log'),
    sharePath: await startShare(programs, jobDirectory, visible, cancelSignal),
    portPaths: Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, port.path])),
  };
}

/** What the job must find at the same path wherever it lies: the checkout, the caches, Node. */
function listVisibleDirectories(options: VmOptions, cacheDirectory: string): string[] {
  const wanted = [workspaceRoot, dirname(cacheDirectory), dirname(dirname(process.execPath)), options.cwd];
  return [...new Set(wanted)].filter((path) => path !== '/' && existsSync(path));
}

async function finishRun(
  run: Run,
  status: string,
  artifactPath: string,
  diagnostics: string,
): Promise<VmResult> {
  const { artifactDirectory } = run.options;
  if (artifactDirectory !== undefined && statSync(artifactPath).size > 0) {
    mkdirSync(artifactDirectory, { recursive: true });
    await execa('tar', ['-x', '-f', artifactPath, '-C', artifactDirectory]);
  }
  if (/^\d+\n$/.test(status)) return { kind: 'exited', exitCode: Number(status) };
  const consoleText = readFileSync(join(run.jobDirectory, 'console.log'), 'utf8');
  const lastLines = consoleText.trim().split(/\r?\n/).slice(-20).join('\n');
  return {
    kind: 'failed',
    reason: `the machine stopped without a status\n${diagnostics}\n${lastLines}`.trim(),
  };
}
