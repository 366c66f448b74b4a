import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { workspaceRoot } from '../workspace.js';
import type { StageOutput } from './judge-stage.js';
import type { Repetition } from './repeat-stage.js';

export interface Stage {
  readonly target: string;
  /** One task at a time, its output as it comes: for tasks that take long or measure the machine. */
  readonly serial: boolean;
  /** Its command runs the test files that are added to it, and no others. */
  readonly takesFiles?: boolean;
}

/** In the order of their cost: what fails cheaply is known first. */
export const stages: readonly Stage[] = [
  { target: 'build', serial: false },
  { target: 'standalone', serial: false },
  { target: 'check', serial: false },
  { target: 'test', serial: false },
  { target: 'release-check', serial: false },
  { target: 'fuzz', serial: true },
  { target: 'e2e', serial: true, takesFiles: true },
  { target: 'e2e-standalone', serial: true },
  { target: 'vm', serial: true },
];

const fuzzSeconds = '10';

/** Runs one target of all projects that have it, or what a repetition names. Never throws for a failing task. */
export async function runStage(stage: Stage, sink: Writable, again?: Repetition): Promise<StageOutput> {
  const style = stage.serial
    ? ['--parallel=1', '--output-style=stream-without-prefixes']
    : ['--output-style=static'];
  const nx = execa(
    'npx',
    ['--no-install', 'nx', 'run-many', '-t', stage.target, '--nxBail=false', ...style, ...narrow(again)],
    {
      cwd: workspaceRoot,
      // No daemon: nothing of a verification outlives it.
      env: { NX_DAEMON: 'false', NX_TUI: 'false', FUZZ_SECONDS: process.env.FUZZ_SECONDS ?? fuzzSeconds },
      stdin: 'ignore',
      all: true,
      reject: false,
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  nx.all.pipe(sink, { end: false });
  const { all, exitCode } = await nx;
  return { output: all, exitCode: exitCode ?? 1 };
}

function narrow(again: Repetition | undefined): string[] {
  if (again === undefined) return [];
  const projects = ['-p', again.projects.join(',')];
  return again.files.length === 0 ? projects : [...projects, '--', ...again.files];
}
