import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeErrno, type Kernel, RuntimeError } from '@mini/contracts';
import test, { type ExecutionContext } from 'ava';
import { openImageStore, writeTar } from '../../src/index.js';
import { makeFakeLocks } from '../store/fake-locks.js';
import { kernel } from '../tree/fake-kernel.js';

const ENOSPC = 28;

async function makeLayer(): Promise<{ readonly bytes: Buffer; readonly diffId: string }> {
  const entry = {
    path: 'file',
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeNs: 0n,
    sizeBytes: 4,
  } as const;
  const parts: Uint8Array[] = [];
  for await (const part of writeTar([{ entry, content: [Buffer.from('text')] }])) parts.push(part);
  const bytes = Buffer.concat(parts);
  return { bytes, diffId: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

function makeStore(t: ExecutionContext, own: Partial<Kernel>) {
  const directory = mkdtempSync(join(tmpdir(), 'mini-layers-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { layers } = openImageStore({ ...kernel, ...makeFakeLocks(), ...own } as Kernel, directory, {
    marks: 'user',
  });
  return { layers, listLayers: () => readdirSync(join(directory, 'layers')) };
}

async function* give(bytes: Uint8Array) {
  yield bytes;
}

test('a layer gets its name only when its files are on the disk', async (t) => {
  const { bytes, diffId } = await makeLayer();
  let wasThere: boolean | undefined;
  const store = makeStore(t, {
    syncFileSystem: async (fd) => {
      wasThere = store.layers.has(diffId);
      t.true(existsSync(`/proc/self/fd/${fd}/tree/file`));
    },
  });
  t.deepEqual(await store.layers.add(diffId, () => give(bytes)), {
    files: 1,
    bytes: 4,
    tarBytes: bytes.length,
  });
  t.is(wasThere, false);
  t.true(store.layers.has(diffId));
});

test('a layer that does not reach the disk is not kept', async (t) => {
  const { bytes, diffId } = await makeLayer();
  const store = makeStore(t, {
    syncFileSystem: async () => {
      const message = `failed to sync a file system: ${describeErrno(ENOSPC)}`;
      throw new RuntimeError({ code: 'kernel', message, context: { errno: ENOSPC } });
    },
  });
  await t.throwsAsync(
    store.layers.add(diffId, () => give(bytes)),
    { code: 'store-io', message: `failed to store the layer "${diffId}": ENOSPC no space left on device` },
  );
  t.deepEqual(store.listLayers(), []);
});
