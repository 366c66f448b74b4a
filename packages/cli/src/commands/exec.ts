import { readFileSync, statSync } from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { execInContainer } from '../engine/exec-container.js';
import { assertTerminal } from './assert-terminal.js';
import type { CommandIo } from './command.js';
import type { Arguments } from './command-line/read-arguments.js';
import { flag, list, value, withCommon } from './options/plain-option.js';
import { DETACH_KEYS_OPTION, readStreams } from './options/streams.js';
import { parseEnv, parseEnvFile } from './parse/environment.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  flag('-i, --interactive', 'Keep standard input open'),
  flag('-t, --tty', 'Give the process a terminal of its own'),
  flag('-d, --detach', 'Let the command run in the background'),
  flag('--privileged', 'All capabilities, no filter of system calls'),
  list('-e, --env', 'KEY[=VALUE]', 'Set a variable; KEY alone copies it from here'),
  list('--env-file', 'FILE', 'Read variables from a file, one KEY=VALUE or KEY a line'),
  value('-u, --user', 'USER[:GROUP]', 'User and group, by name or number'),
  value('-w, --workdir', 'DIR', 'Working directory in the container'),
  DETACH_KEYS_OPTION,
);

/** `mini exec`. */
export const runCommand = plainCommand({
  name: 'exec',
  options: OPTIONS,
  operands: { least: 2, called: 'the container or the command' },
  stopsAtOperand: true,
  async perform(given, io, diagnostics) {
    const [container = '', ...command] = given.operands;
    const request = { command, env: readEnvironment(given, io), ...readProcess(given) };
    try {
      if (!request.detach) await assertTerminal(request, io);
      const { exitCode = 0, detached } = await execInContainer(container, request, readStreams(given));
      if (detached) (await import('./announce-detach.js')).announceDetach(io);
      return exitCode;
    } catch (error) {
      diagnostics.error(error);
      return exitCodeOf(error);
    }
  },
});

function readEnvironment(given: Arguments, io: CommandIo): string[] {
  const context = { cwd: io.cwd, env: io.env, readFile: readFileSync, stat: statSync };
  return [
    ...given.parseAll('env-file', (path) => parseEnvFile(path, context)).flat(),
    ...given.parseAll('env', (text) => parseEnv(text, context)).flat(),
  ];
}

function readProcess(given: Arguments) {
  const [user, workdir] = [given.get('user'), given.get('workdir')];
  return {
    interactive: given.has('interactive'),
    tty: given.has('tty'),
    detach: given.has('detach'),
    privileged: given.has('privileged'),
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workdir }),
  };
}

/** As docker has it: 126 and 127 tell of the command, 1 of anything else. */
function exitCodeOf(error: unknown): number {
  if (isRuntimeError(error) && error.code === 'command-not-found') return 127;
  if (isRuntimeError(error) && error.code === 'command-not-executable') return 126;
  return 1;
}
