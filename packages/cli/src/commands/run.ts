import { readFileSync, statSync } from 'node:fs';
import { isRuntimeError, type Plan } from '@mini/contracts';
import type { Diagnostics } from '../diagnostics.js';
import type { RunOptions } from '../engine/run-options.js';
import type { CommandIo } from './command.js';
import { type CommandLine, readWords } from './command-line/read-words.js';
import { openDiagnostics } from './open-diagnostics.js';
import { RUN_OPTIONS } from './options/run.js';
import { readRunRequest } from './run-request.js';

/** What this command needs of `src/engine`. */
export interface Engine {
  run(options: RunOptions, io: EngineIo): Promise<{ readonly exitCode: number }>;
  /** Compiles the Plan and runs nothing. */
  explain(options: RunOptions): Plan | Promise<Plan>;
}

/** What the engine is handed beside the options; descriptors 0, 1 and 2 are the container's. */
export interface EngineIo {
  readonly diagnostics: Diagnostics;
}

// biome-ignore lint/suspicious/noTsIgnore: the engine may not be there yet when this is compiled
// @ts-ignore
const loadEngine = (): Promise<Engine> => import('../engine/index.js');

/** Runs `mini run` with the words after it; returns the exit code. */
export async function runCommand(
  words: readonly string[],
  io: CommandIo,
  load: () => Promise<Engine> = loadEngine,
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
  load: () => Promise<Engine>,
): Promise<number> {
  if (line.mistake !== undefined) {
    const { describeMistake } = await import('./command-line/suggest.js');
    throw describeMistake(line.mistake, RUN_OPTIONS, 'mini run');
  }
  const context = { cwd: io.cwd, env: io.env, readFile: readFileSync, stat: statSync };
  const { options, settings } = await readRunRequest(line, context);
  const engine = await load();
  if (settings.explain !== true) return (await engine.run(options, { diagnostics })).exitCode;
  const plan = await engine.explain(options);
  const { formatPlan, formatPlanJson } = await import('./explain.js');
  io.writeOut(settings.format === 'json' ? formatPlanJson(plan) : formatPlan(plan));
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
  return 125;
}
