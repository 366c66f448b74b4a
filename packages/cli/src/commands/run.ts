import { readFileSync, statSync } from 'node:fs';
import { isRuntimeError, type Plan } from '@mini/contracts';
import type { Diagnostics } from '../diagnostics.js';
import type { DetachedContainer, RunOptions, RunResult, RunStreams } from '../engine/index.js';
import { announcePull } from './announce-pull.js';
import { assertTerminal } from './assert-terminal.js';
import type { CommandIo } from './command.js';
import { type CommandLine, readWords } from './command-line/read-words.js';
import { openDiagnostics } from './open-diagnostics.js';
import { RUN_OPTIONS } from './options/run.js';
import type { RunSettings } from './run-draft.js';
import { readRunRequest } from './run-request.js';

/** What this command needs of `src/engine`. */
export interface RunEngine {
  run(options: RunOptions, streams: RunStreams): Promise<RunResult>;
  runDetached(options: RunOptions): Promise<DetachedContainer>;
  /** Compiles the Plan and runs nothing. */
  explain(options: RunOptions): Plan | Promise<Plan>;
}

/** Runs `mini run` with the words after it; returns the exit code. */
export async function runCommand(
  words: readonly string[],
  io: CommandIo,
  load: () => Promise<RunEngine> = () => import('../engine/run-engine.js'),
): Promise<number> {
  const line = readWords(words, RUN_OPTIONS);
  const diagnostics = openDiagnostics(line.flags, io);
  try {
    if (line.flags.some(({ option }) => option.name === 'help')) return await showHelp(io);
    return await runLine(line, io, diagnostics, load);
  } catch (error) {
    diagnostics.error(error);
    return exitCodeOf(error);
  }
}

async function runLine(
  line: CommandLine,
  io: CommandIo,
  diagnostics: Diagnostics,
  load: () => Promise<RunEngine>,
): Promise<number> {
  if (line.mistake !== undefined) {
    const { describeMistake } = await import('./command-line/suggest.js');
    throw describeMistake(line.mistake, RUN_OPTIONS, 'mini run');
  }
  const context = { cwd: io.cwd, env: io.env, readFile: readFileSync, stat: statSync };
  const { options, settings } = await readRunRequest(line, context);
  if (settings.explain !== true && settings.detach !== true) await assertTerminal(options, io);
  const engine = await load();
  const request = { ...options, onPull: announcePull(io, settings) };
  if (settings.explain === true) return showPlan(await engine.explain(request), settings, io);
  if (settings.detach === true) {
    const { id } = await engine.runDetached(request);
    io.writeOut(`${id}\n`);
    io.afterContainer?.();
    return 0;
  }
  const { sigProxy = true, detachKeys } = settings;
  const streams = { forwardSignals: sigProxy, ...(detachKeys === undefined ? {} : { detachKeys }) };
  const result = await engine.run(request, streams);
  if (result.detached) (await import('./announce-detach.js')).announceDetach(io);
  io.afterContainer?.();
  if (result.oomKilled) {
    diagnostics.warn(`the memory limit of "${result.name}" was reached: the kernel killed a process of it`);
  }
  return result.exitCode;
}

async function showPlan(plan: Plan, { format }: RunSettings, io: CommandIo): Promise<number> {
  const { formatPlan, formatPlanJson } = await import('./explain.js');
  io.writeOut(format === 'json' ? formatPlanJson(plan) : formatPlan(plan));
  return 0;
}

async function showHelp(io: CommandIo): Promise<number> {
  const { showCommandHelp } = await import('./command-line/yargs-face.js');
  io.writeOut(await showCommandHelp('run'));
  return 0;
}

/** Exit codes of docker: the command was not found, cannot be run, or mini itself failed. */
function exitCodeOf(error: unknown): number {
  if (isRuntimeError(error) && error.code === 'command-not-found') return 127;
  if (isRuntimeError(error) && error.code === 'command-not-executable') return 126;
  if (isRuntimeError(error) && error.code === 'client-forced') return 1;
  return 125;
}
