import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CapabilityName } from '@mini/contracts';
import { DEFAULT_CAPABILITIES, execIn, type SpawnOptions } from '@mini/runtime-core';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { startContainer } from '../support/library-container.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const source = fileURLToPath(new URL('../../support/attacker.c', import.meta.url));
const attacker = join(freshDirectory(), 'attacker');
execFileSync('gcc', ['-O2', '-static', '-o', attacker, source]);

/** 500 commands are executed in a container whose root tries to get at each: gives what it says of that. */
async function attackExecs(options: SpawnOptions): Promise<string[]> {
  const root = freshBusyboxRoot();
  copyFileSync(attacker, join(root, 'attacker'));
  const box = await startContainer({ root, ...options });
  const capabilities = options.capabilities ?? {};
  try {
    const process = execIn({ pid: box.pid }, '/attacker', [], { capabilities });
    const lines: Buffer[] = [];
    process.stdout?.on('data', (chunk) => lines.push(chunk));
    await once(process.stdout!, 'data');
    for (let i = 0; i < 500; i++) await box.run(['true'], { capabilities });
    // What was written last may be read after the end of the process is known.
    const said = once(process.stdout!, 'end');
    process.stdin?.end();
    await Promise.all([process.exited, said]);
    return Buffer.concat(lines).toString().trim().split('\n');
  } finally {
    await box.stop();
  }
}

function assertUntouched(t: ExecutionContext, said: readonly string[]): void {
  const met = Number(/^met (\d+)$/.exec(said.at(-1) ?? '')?.[1]);
  t.deepEqual(said.slice(0, -1), ['armed']);
  t.true(met > 0, 'the attacker has met no helper: the test has tested nothing');
}

const asRoot = (capabilities: readonly CapabilityName[]) => ({
  capabilities: { bounding: capabilities, permitted: capabilities, effective: capabilities },
});

test("the container's root cannot trace or read who enters", async (t) => {
  assertUntouched(t, await attackExecs(asRoot(DEFAULT_CAPABILITIES)));
});

test('nor can it with CAP_SYS_PTRACE in a user namespace of its own', async (t) => {
  const mappings = [{ containerID: 0, hostID: 0, size: 65536 }];
  const options: SpawnOptions = {
    ...asRoot([...DEFAULT_CAPABILITIES, 'CAP_SYS_PTRACE']),
    namespaces: ['user', 'mount', 'pid', 'uts', 'ipc', 'network', 'cgroup'],
    uidMappings: mappings,
    gidMappings: mappings,
  };
  assertUntouched(t, await attackExecs(options));
});

const strace = spawnSync('strace', ['-V']).status === 0;

testUnless(
  strace ? undefined : 'there is no strace',
  'exec-helper-killed',
  'a helper killed when it has forked leaves nothing',
  async (t) => {
    const script = fileURLToPath(new URL('../support/exec-and-list.js', import.meta.url));
    const inject = ['-e', 'trace=sendmsg', '-e', 'inject=sendmsg:signal=SIGKILL:when=1'];
    const words = ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, script];
    const { stdout } = await execa('strace', words);
    t.deepEqual(JSON.parse(stdout), {
      message: 'failed to enter the container: the helper ended before the command was run',
      children: 1,
    });
  },
);
