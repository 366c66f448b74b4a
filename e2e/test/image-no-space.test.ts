import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { busyboxLayer, describeConfig, file, layerOf, writeArchive } from '../support/image-archive.js';
import { mini } from '../support/mini.js';
import { startRegistry, whyNoRegistry } from '../support/registry.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { runInSmallStore } from '../support/small-store.js';

const MIB = 1 << 20;
/** Room for busybox and nothing that is large. */
const SIZE = '12m';
const noise = () => file('noise', randomBytes(16 * MIB).toString('latin1'));
/** What there is of blobs and layers, whoever they belong to. */
const LIST =
  'find /var/lib/mini/images/blobs /var/lib/mini/images/layers /var/lib/mini/images/ingest -type f';

/** The archive of an image that has room in `SIZE`. */
async function smallArchive() {
  const name = `${freshName()}:1`;
  return { name, path: await writeArchive([{ names: [name], layers: [await busyboxLayer()] }]) };
}

/** A command fails for want of space, with one line on stderr; then nothing of it is there, and another image runs. */
async function assertRefused(t: ExecutionContext, command: string, words: string[], message: RegExp) {
  const small = await smallArchive();
  const script = `${command}; echo "exit $?"; ${LIST}; mini load -q -i "$1" >/dev/null && mini run --rm ${small.name} echo works`;
  const { stdout, stderr } = await runInSmallStore(SIZE, script, [small.path, ...words]);
  t.is(stdout, 'exit 1\nworks\n', stderr);
  t.regex(stderr, message);
}

test('load of more than there is room for', async (t) => {
  const path = await writeArchive([{ names: [freshName()], layers: [await layerOf(noise())] }]);
  await assertRefused(
    t,
    'mini load -q -i "$2"',
    [path],
    /^failed to load ".*": failed to write a new blob: ENOSPC no space left on device\n$/,
  );
});

test('import of more than there is room for', async (t) => {
  const path = `${freshDirectory()}/root.tar`;
  writeFileSync(path, await layerOf(noise()));
  await assertRefused(
    t,
    'mini import "$2" imported',
    [path],
    /^failed to import ".*": failed to write a new blob: ENOSPC no space left on device\n$/,
  );
});

test('a layer whose blob has room and whose files have none', async (t) => {
  const zeros = file('zeros', '\0'.repeat(16 * MIB));
  const path = `${freshDirectory()}/root.tar`;
  writeFileSync(path, await layerOf(zeros));
  await assertRefused(
    t,
    'gzip -c "$2" | mini import - imported',
    [path],
    /^failed to import "stdin": failed to unpack "zeros": ENOSPC no space left on device\n$/,
  );
});

test('commit of more than there is room for, and the container goes on', async (t) => {
  const small = await smallArchive();
  const script = [
    'mini load -q -i "$1" >/dev/null',
    `mini run --name full ${small.name} sh -c "head -c 5000000 /dev/urandom > /noise"`,
    'mini commit full committed; echo "exit $?"',
    'mini images -q committed',
    'mini start -a full; mini diff full',
    'mini rm full',
  ].join('; ');
  const { stdout, stderr } = await runInSmallStore(SIZE, script, [small.path]);
  t.is(stdout, 'exit 1\nA /noise\nfull\n', stderr);
  t.regex(stderr, /^failed to commit container "full": .*: ENOSPC no space left on device\n$/);
});

const registryTest = testUnless.bind(undefined, whyNoRegistry, 'image-no-space-pull');

registryTest('pull of more than there is room for, packed or unpacked', async (t) => {
  const { host } = await startRegistry(t);
  const layers = {
    packed: await layerOf(noise()),
    unpacked: await layerOf(file('zeros', '\0'.repeat(16 * MIB))),
  };
  for (const [what, layer] of Object.entries(layers)) {
    const name = `${host}/${what}:1`;
    const image = { names: [name], layers: [layer] };
    await succeed(t, 'load', '-q', '-i', await writeArchive([image]));
    t.teardown(() => mini(['rmi', '-f', describeConfig(image).id]));
    await succeed(t, 'push', '-q', name);
    await assertRefused(
      t,
      `mini pull -q ${name}`,
      [],
      new RegExp(
        `^failed to pull "${name}": failed to (write blob|unpack) ".*": ENOSPC no space left on device\n$`,
      ),
    );
  }
});
