import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { RuntimeError } from '@mini/contracts';
import { findContainer } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';
import { type ContainerProcess, listProcesses } from './processes.js';
import { TOP_COLUMNS, type TopFacts } from './top-columns.js';

/** A table of processes. */
export interface TopResult {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

const FULL = ['user:UID', 'pid', 'ppid', 'c', 'stime', 'tty', 'time', 'cmd'];
const BSD = ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tty', 'stat', 'stime:START', 'bsdtime', 'args'];

/**
 * The processes of a running container, as `ps` with these words would show them: none or `-ef`, `aux`, or `-o` with
 * columns. Pids and users are those of this machine; `cpid` is the pid inside. Throws `RuntimeError`:
 * `container-not-running`, `bad-option`.
 */
export function listTop(
  reference: string,
  words: readonly string[] = [],
  engine: Engine = openEngine(),
): TopResult {
  const container = findContainer(reference, engine);
  const columns = readColumns(words);
  if (container.state.status !== 'running') {
    const message = `failed to list the processes of container "${container.name}": it is not running`;
    throw new RuntimeError({ code: 'container-not-running', message });
  }
  const result = tabulate(listProcesses(engine, container), columns, readFacts());
  recordEvent(engine, container, 'top');
  return result;
}

interface ChosenColumn {
  readonly title: string;
  readonly show: (process: ContainerProcess, facts: TopFacts) => string;
}

/** The columns that words of ps(1) ask for. Throws `RuntimeError` `bad-option`. */
export function readColumns(words: readonly string[]): ChosenColumn[] {
  const text = words.join(' ').trim();
  if (text === '' || /^-?e?f$/.test(text)) return FULL.map(readColumn);
  if (/^-?aux$/.test(text)) return BSD.map(readColumn);
  const match = /^-?e?o ?(\S+(?: \S+)*)$/.exec(text);
  if (match !== null) return match[1]!.split(/[ ,]+(?:-o ?)?/).map(readColumn);
  throw badOption(`failed to parse the ps options "${text}": they are not supported`);
}

function readColumn(text: string): ChosenColumn {
  const [name = '', renamed] = text.split(/[:=]/);
  const column = Object.hasOwn(TOP_COLUMNS, name) ? TOP_COLUMNS[name] : undefined;
  if (column === undefined) throw badOption(`failed to parse the ps options: there is no column "${name}"`);
  return { title: renamed ?? column[0], show: column[1] };
}

function badOption(message: string): RuntimeError<'bad-option'> {
  const columns = Object.keys(TOP_COLUMNS).join(', ');
  return new RuntimeError({
    code: 'bad-option',
    message,
    context: { hint: `give -ef, aux, or -o with columns of ${columns}` },
  });
}

/** A pure function of what was read. */
export function tabulate(
  processes: readonly ContainerProcess[],
  columns: readonly ChosenColumn[],
  facts: TopFacts,
): TopResult {
  return {
    Titles: columns.map(({ title }) => title),
    Processes: processes.map((process) => columns.map(({ show }) => show(process, facts))),
  };
}

function readFacts(): TopFacts {
  const bootedMs = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0) * 1000;
  return { bootedMs, nowMs: Date.now(), memoryBytes: totalmem(), users: readUsers() };
}

/** Names of the host's users. */
function readUsers(): Map<number, string> {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
    return new Map(lines.map((line) => line.split(':')).map(([name = '', , uid]) => [Number(uid), name]));
  } catch {
    return new Map();
  }
}
