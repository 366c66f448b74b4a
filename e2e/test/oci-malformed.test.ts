import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MALFORMED_DOCUMENTS, type MalformedDocument } from '@mini/contracts/malformed';
import test, { type ExecutionContext } from 'ava';
import { makeBundle } from '../support/bundle.js';
import { oci, ociRoot } from '../support/oci.js';
import { freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

/** Documents that go through a process of their own each. */
const SAMPLE = 20;
const ID = 'malformed';

interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Ask = (args: readonly string[]) => Promise<Answer>;

/** What `mini-oci` loads, called in this process: a process for each document would take minutes. */
const { main } = createRequire(import.meta.url)('../../../packages/cli/dist/bin/oci-hot.cjs') as {
  main(
    argv: readonly string[],
    io: { env: object; writeOut(text: string): void; writeError(text: string): void },
  ): Promise<number>;
};

const askHere: Ask = async (args) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    env: {},
    writeOut: (text: string) => void out.push(text),
    writeError: (text: string) => void err.push(text),
  };
  const exitCode = await main(['--root', ociRoot(), ...args], io);
  return { exitCode, stdout: out.join(''), stderr: err.join('') };
};

/** The exact message, and nothing of the machine is other than before. */
async function assertRefused(t: ExecutionContext, ask: Ask, document: MalformedDocument): Promise<void> {
  const bundle = freshDirectory('malformed');
  const config = join(bundle, 'config.json');
  mkdirSync(join(bundle, 'rootfs'));
  writeFileSync(config, document.source);
  const before = takeSnapshot();
  const words = ['--bundle', bundle, '--pid-file', join(bundle, 'pid'), ID];
  const { exitCode, stdout, stderr } = await ask(['create', ...words]);
  const said = stderr.replace(`"${config}"`, '"config.json"');
  t.deepEqual([exitCode, stdout, said], [1, '', `${document.message}\n`], document.name);
  t.deepEqual(await differenceSince(before), NOTHING, document.name);
  t.deepEqual(readdirSync(bundle).sort(), ['config.json', 'rootfs'], document.name);
  t.deepEqual(readdirSync(ociRoot()), [], document.name);
}

test('every malformed document is refused with its message, and nothing is left', async (t) => {
  t.true(MALFORMED_DOCUMENTS.length >= 150);
  for (const document of MALFORMED_DOCUMENTS) await assertRefused(t, askHere, document);
});

test('so it is by the command itself', async (t) => {
  const step = MALFORMED_DOCUMENTS.length / SAMPLE;
  for (let index = 0; index < SAMPLE; index += 1) {
    await assertRefused(t, oci, MALFORMED_DOCUMENTS[Math.floor(index * step)]!);
  }
});

test('the snapshots tell a container that is left: the check works', async (t) => {
  const before = takeSnapshot();
  const words = ['create', '--bundle', makeBundle({ args: ['sleep', '100'] }), ID];
  t.is((await oci(words, { stdio: 'ignore' })).exitCode, 0);
  const now = takeSnapshot();
  t.true(now.cgroups.length > before.cgroups.length);
  t.true(now.processes.length > before.processes.length);
  t.is((await oci(['delete', '--force', ID])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});
