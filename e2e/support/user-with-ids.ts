import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { MINI, type MiniResult } from './mini.js';
import { type OrdinaryUser, whyNoOrdinaryUser } from './ordinary-user.js';
import { freshDirectory } from './roots.js';

/** An ordinary user of this test file alone, with subordinate ids. */
export interface UserWithIds extends OrdinaryUser {
  readonly name: string;
  readonly id: number;
  /** The first subordinate user and group, of `COUNT` each. */
  readonly firstUid: number;
  readonly firstGid: number;
  /** What is /run for the programs of the user, where that is asked for; an empty directory at first. */
  readonly ownRun: string;
  /** What /etc/subuid and /etc/subgid say from now on, in place of the lines that the user has. */
  grant(subuid: string, subgid: string): void;
  /** Starts a program as the user, without waiting: the execa subprocess. */
  start(words: readonly string[], options?: Options): ReturnType<typeof startInside>;
  /** Runs a program as the user; a failing exit code is a result. */
  run(words: readonly string[], options?: Options): Promise<MiniResult>;
}

export const COUNT = 65_536;
const [ID, FIRST_UID, FIRST_GID] = [4242, 4_200_000, 4_300_000];
const NAME = 'mini-e2e-ids';
const FILES = ['passwd', 'group', 'subuid', 'subgid'];

/** What lies over what, for the programs of the user. */
type Binds = readonly (readonly [from: string, to: string])[];

/** Why there can be no such user here; undefined when there can. */
export function whyNoUserWithIds(): string | undefined {
  const other = whyNoOrdinaryUser();
  if (other !== undefined) return other;
  if (!existsSync('/usr/bin/newuidmap')) return 'the package uidmap is not installed';
  const { status } = spawnSync('unshare', ['--mount', 'true']);
  return status === 0 ? undefined : 'no mount namespace can be made';
}

/**
 * Makes the user in files of its own, which are bound over those of /etc in a mount namespace of each program that the user
 * runs: this machine's stay as they are.
 */
export function makeUserWithIds({ hasOwnRun = false } = {}): UserWithIds {
  const etc = freshDirectory('etc');
  const home = freshDirectory('home');
  chmodSync(etc, 0o755);
  for (const name of FILES) {
    if (existsSync(`/etc/${name}`)) copyFileSync(`/etc/${name}`, join(etc, name));
    else writeFileSync(join(etc, name), '');
  }
  appendFileSync(join(etc, 'passwd'), `${NAME}:x:${ID}:${ID}::${home}:/bin/sh\n`);
  appendFileSync(join(etc, 'group'), `${NAME}:x:${ID}:\n`);
  const binds: Binds = FILES.map((name) => [join(etc, name), `/etc/${name}`]);
  const ownRun = freshDirectory('run');
  chmodSync(ownRun, 0o755);
  mkdirSync(join(home, 'run'), { mode: 0o700 });
  for (const path of [home, join(home, 'run')]) chownSync(path, ID, ID);
  const start: UserWithIds['start'] = (words, options) =>
    startInside(hasOwnRun ? [...binds, [ownRun, '/run']] : binds, home, words, options);
  const run: UserWithIds['run'] = async (words, options) => {
    const { exitCode = -1, stdout, stderr, signal } = await start(words, options);
    return { exitCode, stdout: String(stdout ?? ''), stderr: String(stderr ?? ''), signal };
  };
  const grant = (subuid: string, subgid: string) => {
    writeFileSync(join(etc, 'subuid'), subuid);
    writeFileSync(join(etc, 'subgid'), subgid);
  };
  grant(`${NAME}:${FIRST_UID}:${COUNT}\n`, `${ID}:${FIRST_GID}:${COUNT}\n`);
  return {
    name: NAME,
    id: ID,
    home,
    firstUid: FIRST_UID,
    firstGid: FIRST_GID,
    ownRun,
    grant,
    start,
    run,
    mini: (...args) => run([MINI, ...args]),
  };
}

function startInside(binds: Binds, home: string, words: readonly string[], options: Options = {}) {
  const own = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', XDG_RUNTIME_DIR: join(home, 'run') };
  return execa('unshare', wordsInside(binds, words), {
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : {}),
    cwd: home,
    ...options,
    env: { ...own, ...options.env },
  });
}

/** Words of unshare(1); the shell hands over to what it was asked to run. */
function wordsInside(binds: Binds, words: readonly string[]): string[] {
  const mounts = binds.map(([from, to]) => `mount --bind '${from}' ${to}`).join(' && ');
  const become = ['setpriv', `--reuid=${ID}`, `--regid=${ID}`, '--clear-groups'].join(' ');
  return [
    '--mount',
    '--propagation',
    'private',
    'sh',
    '-c',
    `${mounts} && exec ${become} "$@"`,
    'sh',
    ...words,
  ];
}
