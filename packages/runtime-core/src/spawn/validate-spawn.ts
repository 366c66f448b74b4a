import { statSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import type { SpawnOptions } from './spawn-options.js';

interface Problem {
  readonly field: string;
  readonly reason: string;
}
type Check = (options: SpawnOptions, command: string, args: readonly string[]) => Problem[];

const NAMESPACES = new Set(['pid', 'network', 'mount', 'ipc', 'uts', 'user', 'cgroup']);
const MOST_ID = 2 ** 32 - 2;

const checkCommand: Check = (_, command, args) => [
  ...(command === '' ? [{ field: 'command', reason: 'it is empty' }] : []),
  ...[command, ...args].flatMap((word, index) =>
    word.includes('\0') ? [{ field: `args[${index}]`, reason: 'it contains a NUL character' }] : [],
  ),
];

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
    name === '' || name.includes('=') || `${name}${value}`.includes('\0')
      ? [{ field: 'env', reason: `"${name}" is not a name, or its value contains a NUL character` }]
      : [],
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

const CHECKS: readonly Check[] = [checkCommand, checkNamespaces, checkRoot, checkPaths, checkEnv, checkUser];

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
