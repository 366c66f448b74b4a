import { readFileSync, statSync } from 'node:fs';
import type { Resources } from '@mini/contracts';
import { RuntimeError } from '@mini/contracts';
import { updateContainer } from '../engine/life/update.js';
import type { CommandIo } from './command.js';
import { draftFlags } from './command-line/draft-flags.js';
import type { Arguments } from './command-line/read-arguments.js';
import { LIMIT_OPTIONS } from './options/limits.js';
import { value, withCommon } from './options/plain-option.js';
import { parseRestart } from './parse/restart.js';
import { performOnEach, plainCommand } from './plain-command.js';
import { type Failure, throwFailures } from './problem.js';

/** Limits that can be changed while the container runs. */
const CHANGEABLE = [
  'memory',
  'memory-swap',
  'memory-reservation',
  'cpus',
  'cpu-shares',
  'cpu-period',
  'cpu-quota',
  'cpuset-cpus',
  'cpuset-mems',
  'pids-limit',
  'blkio-weight',
];

const LIMITS = LIMIT_OPTIONS.filter(({ name }) => CHANGEABLE.includes(name));
export const OPTIONS = withCommon(
  ...LIMITS,
  value('--restart', 'POLICY', 'When to start it again: no, on-failure[:N], always or unless-stopped'),
);

/** `mini update`. */
export const runCommand = plainCommand({
  name: 'update',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  perform(given, io, diagnostics) {
    const restart = given.parse('restart', parseRestart);
    const resources = readResources(given, io);
    if (resources === undefined && restart === undefined) throw nothingGiven();
    return performOnEach(given.operands, io, diagnostics, (name) => {
      for (const note of updateContainer(name, {
        ...(resources && { resources }),
        ...(restart && { restart }),
      }))
        diagnostics.warn(note);
    });
  },
});

function readResources(given: Arguments, { cwd, env }: CommandIo): Resources | undefined {
  const failures: Failure[] = [];
  const values = new Map(given.flags.map(({ option, value }) => [option.name, value]));
  const context = { cwd, env, readFile: readFileSync, stat: statSync };
  const { resources } = draftFlags(LIMITS, values, context, failures);
  throwFailures(failures);
  return resources;
}

function nothingGiven(): RuntimeError<'bad-option'> {
  return new RuntimeError({
    code: 'bad-option',
    message: 'failed to run mini update: there is nothing to change',
    context: { hint: 'mini update --help shows what can be' },
  });
}
