import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { execaNode } from 'execa';
import { said, sh } from '../support/library.js';
import { isAlive } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { waitFor } from '../support/wait.js';

/** Groups of `spawn` in any tree. */
function listSpawned(): string[] {
  const names = detectCgroupLayout().hierarchies.flatMap(({ mountPoint }) => {
    try {
      return readdirSync(join(mountPoint, 'mini'));
    } catch {
      return [];
    }
  });
  return [...new Set(names)].filter((name) => name.startsWith('spawn-')).sort();
}

const PROGRAM = fileURLToPath(new URL('../support/programs/spawn-and-wait.js', import.meta.url));

/** A program with two containers: one ends when it is told, one goes on. Killed without a chance to tidy up. */
async function killProgram(): Promise<{ ending: number; staying: number }> {
  const program = execaNode(PROGRAM, [busyboxRoot()], { reject: false, stdout: 'pipe' });
  const said = await new Promise<string>((resolve) => {
    program.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  program.kill('SIGKILL');
  await program;
  const [ending = 0, staying = 0] = said.trim().split(' ').map(Number);
  return { ending, staying };
}

test('what a killed program leaves behind goes with the next spawn, and what still runs stays', async (t) => {
  t.deepEqual(listSpawned(), []);
  const { ending, staying } = await killProgram();
  process.kill(ending, 'SIGKILL');
  await waitFor('its end', () => !isAlive(ending));
  t.is(listSpawned().length, 2);
  t.deepEqual(await sh('echo next'), said('next\n'));
  t.is(listSpawned().length, 1);
  t.true(isAlive(staying));
  process.kill(staying, 'SIGKILL');
  await waitFor('its end', () => !isAlive(staying));
  // A process looks once: it takes another.
  const { ending: other, staying: last } = await killProgram();
  t.is(listSpawned().length, 2);
  for (const pid of [other, last]) process.kill(pid, 'SIGKILL');
  await waitFor('their end', () => ![other, last].some(isAlive));
  const program = execaNode(PROGRAM, [busyboxRoot(), 'end'], { reject: false });
  t.is((await program).exitCode, 0);
  t.deepEqual(listSpawned(), []);
});
