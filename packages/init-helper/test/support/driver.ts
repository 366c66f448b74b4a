import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
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
export async function startByHand(bytes?: Uint8Array, helper = initHelperPath()) {
  const directory = mkdtempSync(join(tmpdir(), 'mini-plan-'));
  try {
    const plan = join(directory, 'plan.bin');
    if (bytes !== undefined) writeFileSync(plan, bytes);
    const fd = bytes === undefined ? 'ignore' : openSync(plan, 'r');
    const { stderr, exitCode } = await execa(helper, [], {
      reject: false,
      stdio: ['ignore', 'pipe', 'pipe', ...(fd === 'ignore' ? [] : [fd])] as never,
    });
    return { stderr, exitCode };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
