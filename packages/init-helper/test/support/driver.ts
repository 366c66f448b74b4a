import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePlan, type Step } from '@mini/contracts';
import { execa } from 'execa';
import { initHelperPath } from '../../src/index.js';

const driver = fileURLToPath(new URL('../../tests/driver', import.meta.url));

export interface Driven {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs test/driver/driver.c with these arguments; `input` is stdin of what it launches. */
export async function drive(args: readonly string[], input = ''): Promise<Driven> {
  const { stdout, stderr } = await execa(driver, args, { input, reject: false });
  return { stdout, stderr };
}

/** Like `drivePlan`, as an ordinary user; what that user needs is copied to `directory`. */
export async function driveAsUser(
  uid: number,
  steps: readonly Step[],
  args: readonly string[],
  directory: string,
): Promise<Driven> {
  const program = join(directory, 'driver');
  const helper = join(directory, 'mini-init');
  const plan = join(directory, 'plan.bin');
  cpSync(driver, program);
  cpSync(initHelperPath(), helper);
  writeFileSync(plan, encodePlan({ steps }));
  const { stdout, stderr } = await execa(program, [helper, 'mini-init', `plan=${plan}`, ...args], {
    uid,
    gid: uid,
    cwd: '/',
    reject: false,
  });
  return { stdout, stderr };
}

/** Launches mini-init with a Plan of these steps. */
export async function drivePlan(
  steps: readonly Step[],
  args: readonly string[] = [],
  input = '',
): Promise<Driven> {
  const directory = mkdtempSync(join(tmpdir(), 'mini-plan-'));
  try {
    const plan = join(directory, 'plan.bin');
    writeFileSync(plan, encodePlan({ steps }));
    return await drive([initHelperPath(), 'mini-init', `plan=${plan}`, ...args], input);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Starts mini-init by hand, with these bytes on descriptor 3 and nothing on descriptor 4. */
export function startByHand(
  bytes?: Uint8Array,
  helper = initHelperPath(),
): { stderr: string; exitCode: number | null } {
  const directory = mkdtempSync(join(tmpdir(), 'mini-plan-'));
  const plan = join(directory, 'plan.bin');
  const fds: number[] = [];
  try {
    if (bytes !== undefined) {
      writeFileSync(plan, bytes);
      fds.push(openSync(plan, 'r'));
    }
    const { stderr, status } = spawnSync(helper, [], {
      stdio: ['ignore', 'ignore', 'pipe', ...fds],
      encoding: 'utf8',
    });
    return { stderr: stderr.trimEnd(), exitCode: status };
  } finally {
    fds.forEach(closeSync);
    rmSync(directory, { recursive: true });
  }
}
