import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { busyboxLayer, digestOf, file, layerOf, writeArchive } from '../support/image-archive.js';
import { mini, startMini } from '../support/mini.js';

const STORE = '/var/lib/mini/images';

/** An archive with a layer of many files that no other test has. */
async function manyFiles() {
  const name = freshName();
  const files = Array.from({ length: 3000 }, (_, index) => file(`many/${index}`, `${name} ${index}`));
  const layers = [await busyboxLayer(), await layerOf(...files)];
  const path = await writeArchive([
    { names: [name], config: { Cmd: ['sh', '-c', 'ls /many | wc -l'] }, layers },
  ]);
  return { name, path, diffId: digestOf(layers[1]!).slice(7) };
}

test('a load that is killed at any moment leaves a store that works', async (t) => {
  const { name, path, diffId } = await manyFiles();
  t.teardown(() => mini(['rmi', '-f', name]));
  let killed = 0;
  for (let delayMs = 150; delayMs < 4000 && killed < 12; delayMs = Math.ceil(delayMs * 1.3)) {
    const loading = startMini(['load', '-i', path]);
    await Promise.race([sleep(delayMs), loading]);
    loading.kill('SIGKILL');
    const { signal } = await loading;
    if (signal === undefined) break;
    killed += 1;
    // Whatever is listed is whole, and is no half of a layer.
    const { manifests } = JSON.parse(readFileSync(`${STORE}/index.json`, 'utf8'));
    t.true(Array.isArray(manifests));
    const has = readdirSync(`${STORE}/layers`).includes(diffId);
    if (has) t.is(readdirSync(`${STORE}/layers/${diffId}/tree/many`).length, 3000);
  }
  t.true(killed > 0);
  t.is(await succeed(t, 'load', '-i', path), `Loaded image: ${name}:latest\n`);
  t.is(await succeed(t, 'run', '--rm', name), '3000\n');
});

test('of those who load one image at once each has it, and none is in the way', async (t) => {
  const { name, path } = await manyFiles();
  t.teardown(() => mini(['rmi', '-f', name]));
  const results = await Promise.all(Array.from({ length: 5 }, () => mini(['load', '-i', path])));
  for (const result of results) {
    t.deepEqual(result, {
      exitCode: 0,
      stdout: `Loaded image: ${name}:latest\n`,
      stderr: '',
      signal: undefined,
    });
  }
  t.is((await succeed(t, 'images', '-q', name)).split('\n').length, 2);
  t.is(await succeed(t, 'run', '--rm', name), '3000\n');
});
