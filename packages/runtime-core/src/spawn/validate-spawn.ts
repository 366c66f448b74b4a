import { statSync } from 'node:fs';
import { CAPABILITIES, type CapabilityName, RLIMIT, RuntimeError, reasonOf } from '@mini/contracts';
import { isSignal } from './container-process.js';
import type { SpawnOptions } from './spawn-options.js';

interface Problem {
  readonly field: string;
  readonly reason: string;
}
type Check = (options: SpawnOptions, command: string, args: readonly string[]) => Problem[];

const NAMESPACES = new Set(['pid', 'network', 'mount', 'ipc', 'uts', 'user', 'cgroup']);
const MOST_ID = 2 ** 32 - 2;
/** Source: sethostname(2). */
const MOST_HOSTNAME_BYTES = 64;
/** A timer of JavaScript takes no more: it would fire at once. */
const MOST_TIMEOUT_MS = 2 ** 31 - 1;

const checkCommand: Check = (_, command, args) => [
  ...(command === '' ? [{ field: 'command', reason: 'it is empty' }] : []),
  ...checkWord('command', command),
  ...args.flatMap((word, index) => checkWord(`args[${index}]`, word)),
];

/** JavaScript callers are not held to the types. */
function checkWord(field: string, word: unknown): Problem[] {
  if (typeof word !== 'string') return [{ field, reason: `a string is needed, not ${typeof word}` }];
  return word.includes('\0') ? [{ field, reason: 'it contains a NUL character' }] : [];
}

const checkNamespaces: Check = ({ namespaces = [] }) => [
  ...namespaces
    .filter((type) => !NAMESPACES.has(type))
    .map((type) => ({ field: 'namespaces', reason: `there is no namespace "${type}"` })),
  ...(namespaces.length > 0 && !namespaces.includes('mount')
    ? [{ field: 'namespaces', reason: '"mount" is missing, and a root of its own needs it' }]
    : []),
];

const checkRoot: Check = ({ root = '/' }) => {
  if (!root.startsWith('/')) return [{ field: 'root', reason: `"${root}" is not an absolute path` }];
  try {
    return statSync(root).isDirectory()
      ? []
      : [{ field: 'root', reason: `"${root}": ENOTDIR not a directory` }];
  } catch (error) {
    return [{ field: 'root', reason: `"${root}": ${reasonOf(error)}` }];
  }
};

const checkPaths: Check = ({ cwd = '/' }) =>
  cwd.startsWith('/') ? [] : [{ field: 'cwd', reason: `"${cwd}" is not an absolute path` }];

const checkEnv: Check = ({ env = {} }) =>
  Object.entries(env).flatMap(([name, value]) =>
    name === '' || name.includes('=') || name.includes('\0')
      ? [{ field: 'env', reason: `${JSON.stringify(name)} is not the name of a variable` }]
      : checkWord(`env.${name}`, value),
  );

const checkUser: Check = ({ user }) =>
  Object.entries({
    uid: user?.uid ?? 0,
    gid: user?.gid ?? 0,
  }).flatMap(([name, id]) =>
    Number.isInteger(id) && id >= 0 && id <= MOST_ID
      ? []
      : [{ field: `user.${name}`, reason: `${id} is not from 0 to ${MOST_ID}` }],
  );

const checkHostname: Check = ({ hostname, namespaces }) => {
  if (hostname === undefined) return [];
  const bytes = Buffer.byteLength(hostname);
  return [
    ...(bytes < 1 || bytes > MOST_HOSTNAME_BYTES
      ? [{ field: 'hostname', reason: `it has ${bytes} bytes, not 1 to ${MOST_HOSTNAME_BYTES}` }]
      : []),
    ...(namespaces !== undefined && !namespaces.includes('uts')
      ? [{ field: 'hostname', reason: 'without "uts" among the namespaces it would change the host' }]
      : []),
  ];
};

const isStdio = (option: unknown) =>
  option === 'pipe' ||
  option === 'ignore' ||
  option === 'inherit' ||
  (Number.isInteger(option) && (option as number) >= 0);

const checkStdio: Check = ({ stdio = 'pipe' }) => {
  const isRight = Array.isArray(stdio) ? stdio.length === 3 && stdio.every(isStdio) : isStdio(stdio);
  const reason = `${JSON.stringify(stdio)} is not "pipe", "ignore", "inherit", a descriptor, or three of these`;
  return isRight ? [] : [{ field: 'stdio', reason }];
};

const checkEnding: Check = ({ timeoutMs, killSignal }) => [
  ...(timeoutMs === undefined || (timeoutMs >= 0 && timeoutMs <= MOST_TIMEOUT_MS)
    ? []
    : [{ field: 'timeoutMs', reason: `${timeoutMs} is not from 0 to ${MOST_TIMEOUT_MS}` }]),
  ...(killSignal === undefined || isSignal(killSignal)
    ? []
    : [{ field: 'killSignal', reason: `there is no signal "${killSignal}"` }]),
];

const checkRights: Check = ({ rlimits = [], capabilities = {} }) => [
  ...rlimits.flatMap(({ type }, index) =>
    Object.hasOwn(RLIMIT, type)
      ? []
      : [{ field: `rlimits[${index}]`, reason: `there is no limit "${type}"` }],
  ),
  ...Object.entries<readonly CapabilityName[] | undefined>({ ...capabilities }).flatMap(([set, names = []]) =>
    names
      .filter((name) => !CAPABILITIES.includes(name))
      .map((name) => ({ field: `capabilities.${set}`, reason: `there is no capability "${name}"` })),
  ),
];

const CHECKS: readonly Check[] = [
  checkCommand,
  checkNamespaces,
  checkRoot,
  checkPaths,
  checkEnv,
  checkUser,
  checkHostname,
  checkStdio,
  checkEnding,
  checkRights,
];

/** Checks what no later layer would name as well. Throws `RuntimeError` `bad-options` with every bad field. */
export function validateSpawn(command: string, args: readonly string[], options: SpawnOptions): void {
  const problems = CHECKS.flatMap((check) => check(options, command, args));
  if (problems.length === 0) return;
  throw new RuntimeError({
    code: 'bad-options',
    message: `failed to spawn "${command}": ${problems.map(({ field, reason }) => `${field}: ${reason}`).join('; ')}`,
    context: { problems },
  });
}
