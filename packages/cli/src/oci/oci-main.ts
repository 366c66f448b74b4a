import { writeAll } from '../commands/print.js';
import { isRootOfMachine } from './caller.js';
import type { OciCommand } from './command.js';
import { type Flag, toggle, valued } from './command-line/flag.js';
import { type Given, readFlags, readSwitchWord } from './command-line/read-flags.js';
import { COMMANDS } from './command-table.js';
import type { OciContext } from './context.js';
import { Log } from './log.js';
import { usageError } from './oci-error.js';
import { defaultRoot } from './root-directory.js';

/** What stands before the command. */
const GLOBAL_FLAGS: readonly Flag[] = [
  valued('root', 'DIR', 'directory for the state of containers (/run/mini-oci)'),
  valued('log', 'FILE', 'append what goes wrong to this file'),
  valued('log-format', 'text|json', 'format of the log (text)'),
  toggle('debug', 'log more'),
  toggle('systemd-cgroup', 'have systemd make the cgroups, on cgroup v2'),
  valued('cgroup-manager', 'cgroupfs|systemd|disabled', 'who makes the cgroups (cgroupfs)'),
  valued(
    'rootless',
    'true|false|auto',
    'whether containers may do without a cgroup that cannot be made (auto)',
  ),
  valued('criu', 'FILE', 'without meaning: containers are not checkpointed'),
  toggle('h, help', 'show this'),
  toggle('v, version', 'show the version'),
];

export interface OciIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  writeOut(text: string): void;
  writeError(text: string): void;
}

/** Takes a whole command line, without the program's name; returns the exit code. */
export async function main(argv: readonly string[], io: OciIo): Promise<number> {
  let log = new Log({ path: undefined, format: 'text', debug: false, writeError: io.writeError });
  let command: OciCommand | undefined;
  try {
    const given = readFlags(argv, GLOBAL_FLAGS, 1);
    log = openLog(given, io);
    const [name, ...words] = given.operands;
    if (given.is('help') || given.is('version') || name === undefined) {
      const { describeProgram } = await import('./describe-program.js');
      io.writeOut(await describeProgram(given.is('version'), GLOBAL_FLAGS));
      return 0;
    }
    if (name === 'help') return await main([...words.slice(0, 1), '--help'], io);
    const cgroupManager = chooseCgroupManager(given);
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (entry === undefined) throw usageError(`no such command: "${name}"`);
    command = await entry.load();
    if (asksForHelp(words)) {
      const { describeCommand } = await import('./describe-program.js');
      io.writeOut(describeCommand(name, entry, command));
      return 0;
    }
    const context = openContext(given, log, io, cgroupManager);
    log.debug(`${name} ${JSON.stringify(words)}, containers below "${context.root}"`);
    return await perform(name, command, words, context);
  } catch (error) {
    log.error(error);
    return command?.failureCode ?? 1;
  }
}

/** Not where a command of the container's may have such a flag. */
function asksForHelp([first = '']: readonly string[]): boolean {
  return first === '--help' || first === '-h';
}

function perform(name: string, command: OciCommand, words: readonly string[], context: OciContext) {
  const { least, most, stopAt } = command.operands;
  const given = readFlags(words, command.flags, stopAt);
  const count = given.operands.length;
  if (count < least || count > most) {
    const wanted =
      least === most ? `exactly ${least}` : count < least ? `at least ${least}` : `at most ${most}`;
    throw usageError(`"${name}" requires ${wanted} argument${wanted.endsWith(' 1') ? '' : 's'}`);
  }
  return command.perform(given, context);
}

function openLog(given: Given, io: OciIo): Log {
  const format = given.get('log-format') ?? 'text';
  if (format !== 'text' && format !== 'json') throw usageError(`unknown log-format "${format}"`);
  const path = given.get('log');
  const log = new Log({
    path: path === '' ? undefined : path,
    format,
    debug: given.is('debug'),
    writeError: io.writeError,
  });
  log.open();
  return log;
}

function chooseCgroupManager(given: Given): OciContext['cgroupManager'] {
  const manager = given.get('cgroup-manager') ?? 'cgroupfs';
  if (manager !== 'cgroupfs' && manager !== 'systemd' && manager !== 'disabled') {
    throw usageError(`unknown cgroup-manager "${manager}"`);
  }
  return given.is('systemd-cgroup') || manager === 'systemd' ? 'systemd' : 'cgroupfs';
}

function openContext(
  given: Given,
  log: Log,
  io: OciIo,
  cgroupManager: OciContext['cgroupManager'],
): OciContext {
  const root = given.get('root') || defaultRoot(io.env, process.geteuid?.() ?? 0);
  return { root, log, cgroups: chooseCgroups(given), cgroupManager, env: io.env, writeOut: io.writeOut };
}

function chooseCgroups(given: Given): OciContext['cgroups'] {
  if (given.get('cgroup-manager') === 'disabled') return 'never';
  const rootless = given.get('rootless') ?? 'auto';
  const isRootless = rootless === 'auto' ? !isRootOfMachine() : readSwitchWord(rootless);
  if (isRootless === undefined) throw usageError(`invalid value "${rootless}" for flag --rootless`);
  return isRootless ? 'allowed' : 'always';
}

/** Runs this process's command line and leaves. `afterCommand` is called when everything on the way has run. */
export async function runProcess(
  afterCommand: () => void = () => undefined,
  words: readonly string[] = process.argv.slice(2),
): Promise<never> {
  const code = await main(words, {
    env: process.env,
    writeOut: (text) => void writeAll(1, text),
    writeError: (text) => void writeAll(2, text),
  });
  if (code === 0) afterCommand();
  process.exit(code);
}
