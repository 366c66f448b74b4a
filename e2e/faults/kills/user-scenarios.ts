import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINI } from '../../support/mini.js';
import { AS_NOBODY, freshHome, listContainersOf, miniAsNobody, NOBODY } from '../../support/ordinary-user.js';
import { busyboxRoot } from '../../support/roots.js';
import type { Scenario } from './scenarios.js';

/** Of no other test's: it is how what was left is found, for an ordinary user's containers have no cgroup. */
const COMMAND = ['sleep', '86399'];

let made: string | undefined;

function home(): string {
  made ??= freshHome();
  return made;
}

function command(name: string): readonly string[] {
  const env = ['env', `HOME=${home()}`, `XDG_RUNTIME_DIR=${join(home(), 'run')}`];
  const words = ['run', '-d', '--name', name, '--rootfs', `${busyboxRoot()}:O`, ...COMMAND];
  return [...AS_NOBODY, ...env, process.execPath, MINI, ...words];
}

/** `rm -f` and one sweep, by that user, after which there is neither a process nor a directory. */
async function remove(name: string): Promise<void> {
  for (const words of [
    ['rm', '-f', name],
    ['ps', '-a'],
  ]) {
    const { exitCode, stderr } = await miniAsNobody(words, home());
    if (exitCode !== 0) throw new Error(`mini ${words[0]} ended with ${exitCode}: ${stderr}`);
  }
  const left = [...listContainersOf(home()), ...listCommands()];
  if (left.length > 0) throw new Error(`rm -f left ${left.join(', ')}`);
}

function listCommands(): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isCommand(pid));
}

function isCommand(pid: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${COMMAND.join('\0')}\0` &&
      readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nUid:\t${NOBODY}\t`)
    );
  } catch {
    return false;
  }
}

/** Without a cgroup only the status says which process a killed monitor has left. */
export const USER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'run -d of an ordinary user',
    targets: ['mini-monitor', 'mini-init'],
    isMonitored: true,
    prepare: async () => 0,
    command,
    remove,
  },
];
