import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { initHelperPath } from '@mini/init-helper';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import { execa } from 'execa';
import { makeBundle } from '../support/bundle.js';
import { compileProgram, whyNoCompiler } from '../support/compile-program.js';
import { freshId, oci, ociToFile } from '../support/oci.js';
import { freshBusyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { waitFor } from '../support/wait.js';

/**
 * CVE-2019-5736: the command is a script whose interpreter is the runtime itself, /proc/self/exe. Somebody in the
 * container keeps that open, and writes it as soon as nobody executes it any more: support/programs/hold-exe.c.
 */
function makeRoot(): string {
  const root = freshBusyboxRoot();
  writeFileSync(join(root, 'entry'), '#!/proc/self/exe\n', { mode: 0o755 });
  copyFileSync(compileProgram('hold-exe', {}, ['-static']), join(root, 'attacker'));
  return root;
}

const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

testUnless(
  whyNoCompiler(),
  'attack.self-exe',
  'a runtime that is a file of the host is overwritten',
  async (t) => {
    const root = makeRoot();
    const victim = compileProgram('careless-enter', {}, ['-static']);
    const before = hash(victim);
    // All else of the machine cannot be written meanwhile.
    const script = `
mount --bind ${root} ${root}
mount --bind ${dirname(victim)} ${dirname(victim)}
mount -o remount,bind,ro /
mount -t proc proc ${root}/proc
chroot ${root} /attacker /careless-enter > ${root}/said &
until grep -q ready ${root}/said; do sleep 0.05; done
${victim} enter ${root}
until grep -q written ${root}/said; do sleep 0.05; done
`;
    const unshare = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
    const { exitCode } = await execa('unshare', [...unshare, 'sh', '-ec', script], { reject: false });
    t.is(exitCode, 0);
    t.is(readFileSync(join(root, 'said'), 'utf8'), 'ready\nheld\nwritten\n');
    t.not(hash(victim), before);
  },
);

testUnless(
  whyNoCompiler(),
  'attack.self-exe',
  'who is entered by mini-oci holds what was executed, and cannot write it',
  async (t) => {
    const helpers = [initHelperPath(), nsenterHelperPath()];
    const before = helpers.map(hash);
    const id = freshId();
    const names = ['CAP_DAC_OVERRIDE', 'CAP_FOWNER'] as const;
    const bundle = makeBundle({
      root: makeRoot(),
      args: ['/attacker', 'mini-'],
      process: { capabilities: { bounding: names, effective: names, permitted: names } },
    });
    const output = await ociToFile(['run', '--detach', '--bundle', bundle, id]);
    t.is(output.exitCode, 0);
    await waitFor('the attacker', () => output.read() === 'ready\n');
    for (let attempt = 0; attempt < 50 && !output.read().includes('held'); attempt++) {
      t.not((await oci(['exec', id, '/entry'])).exitCode, 0);
    }
    await waitFor('its end', () => /^ready\nheld\n.+\n$/.test(output.read()));
    t.is(output.read(), 'ready\nheld\nOperation not permitted\n');
    t.deepEqual(helpers.map(hash), before);
    t.is((await oci(['exec', id, 'echo', 'as before'])).stdout, 'as before\n');
    t.is((await oci(['delete', '--force', id])).exitCode, 0);
  },
);
