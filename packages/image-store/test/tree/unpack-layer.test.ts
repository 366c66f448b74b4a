import * as fs from 'node:fs';
import { join } from 'node:path';
import { describeErrno, type Kernel, RuntimeError } from '@mini/contracts';
import test from 'ava';
import fc from 'fast-check';
import { HOLD, readTar, type TarMember, unpackTree, writeTar } from '../../src/index.js';
import { member } from '../tar/members.js';
import { describeTree, inDirectory } from '../tar/tree.js';
import { kernel } from './fake-kernel.js';

const ENOSPC = 28;
/** The tests are serial, for it counts those of the process. */
const countDescriptors = () => fs.readdirSync('/proc/self/fd').length;

/** Unpacks parts of a layer, one after the other; gives what was said, and what is there then. */
async function unpackAll(parts: readonly (readonly TarMember[])[], own: Partial<Kernel> = {}) {
  return inDirectory(async (directory) => {
    const root = join(directory, 'root');
    fs.mkdirSync(root);
    const fd = fs.openSync(root, HOLD);
    const descriptors = countDescriptors();
    let message: string | undefined;
    try {
      for (const part of parts) {
        await unpackTree({ ...kernel, ...own }, fd, readTar(writeTar(part)), { marks: 'user' });
      }
    } catch (error) {
      ({ message } = error as Error);
    }
    const left = countDescriptors() - descriptors;
    const seen = describeTree(root) as Record<string, { readonly content: string }>;
    fs.closeSync(fd);
    return { message, left, seen };
  });
}

/** Times of directories are those of what was put into them last. */
function withoutTimes(seen: object): unknown {
  return Object.entries(seen).map(([path, file]) => [path, { ...file, mtimeNs: 0n }]);
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const target = fc.constantFrom('a', 'b', 'c', '.', 'a/b', 'nowhere');
const text = fc.constantFrom('', 'x', 'text');
const layerMember: fc.Arbitrary<TarMember> = fc.oneof(
  fc.tuple(path, text).map(([each, content]) => member({ path: each }, content)),
  path.map((each) => member({ path: each, type: 'directory', mode: 0o755 })),
  fc.tuple(path, target).map(([each, linkPath]) => member({ path: each, type: 'symlink', linkPath })),
  fc.tuple(path, path).map(([each, linkPath]) => member({ path: each, type: 'link', linkPath })),
  path.map((each) => member({ path: each.replace(/[^/]*$/, '.wh.$&') })),
);

/** Of aufs, for itself: nothing comes of it, but what stands before it is waited for. */
const ignored = member({ path: '.wh..wh.plnk' });

test.serial('entries in whatever order end as if each had been waited for', async (t) => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(layerMember, { maxLength: 12 }), async (members) => {
      const together = await unpackAll([members]);
      const waited = await unpackAll([members.flatMap((each) => [each, ignored])]);
      t.is(together.message, waited.message);
      t.deepEqual([together.left, waited.left], [0, 0]);
      t.false(together.message?.includes('EEXIST') ?? false);
      // How far others had come when one failed is nobody's business: all of it is thrown away.
      if (together.message !== undefined) return;
      kept++;
      t.deepEqual(withoutTimes(together.seen), withoutTimes(waited.seen));
      // Where nothing at all is remembered from one to the next.
      const apart = await unpackAll(members.map((each) => [each]));
      t.deepEqual(withoutTimes(together.seen), withoutTimes(apart.seen));
    }),
    { numRuns: 300 },
  );
  t.true(kept > 50);
});

test.serial('what is in directories that are left and come again, and in large ones, is known', async (t) => {
  const rows = (count: number, pathOf: (index: number) => string, content: string) =>
    Array.from({ length: count }, (_, index) => member({ path: pathOf(index) }, content));
  const { message, left, seen } = await unpackAll([
    [
      ...rows(40, (index) => `d${index}/file`, 'first'),
      ...rows(40, (index) => `d${index}/file`, 'again'),
      ...rows(4200, (index) => `many/${index}`, 'first'),
      ...rows(3, (index) => `many/${2 * index}`, 'again'),
      ...rows(200, (index) => `e${index}/file`, 'first'),
    ],
  ]);
  t.deepEqual([message, left], [undefined, 0]);
  t.is(Object.keys(seen).length, 40 * 2 + 1 + 4200 + 200 * 2);
  const contents = ['d0/file', 'd39/file', 'many/2', 'many/3', 'many/4', 'e9/file'];
  t.deepEqual(
    contents.map((each) => seen[each]?.content),
    ['again', 'again', 'again', 'first', 'again', 'first'],
  );
});

test.serial(
  'what is too large or too long for a batch comes out as it went in, or is refused by its name',
  async (t) => {
    const large = Buffer.alloc((1 << 17) + 1, 'x');
    const whole = await unpackAll([
      [member({ path: 'small' }, large.subarray(1)), member({ path: 'large' }, large)],
    ]);
    t.is(whole.message, undefined);
    t.deepEqual(
      [whole.seen.small?.content.length, whole.seen.large?.content.length],
      [1 << 17, (1 << 17) + 1],
    );
    const long = await unpackAll([[member({ path: 'ä'.repeat(128) })]]);
    t.is(long.message, `failed to unpack "${'ä'.repeat(100)}…": ENAMETOOLONG name too long`);
    const linkPath = 'x'.repeat(5000);
    const link = await unpackAll([[member({ path: 'link', type: 'symlink', linkPath })]]);
    t.is(link.message, 'failed to unpack "link": ENAMETOOLONG name too long');
  },
);

test.serial('a file that another thread could not write is told of, whenever that was', async (t) => {
  const members = Array.from({ length: 1500 }, (_, index) =>
    member({ path: `d/${index}` }, Buffer.alloc(1000)),
  );
  const message = `failed to write files: ${describeErrno(ENOSPC)}`;
  const failAt = (batch: number): Partial<Kernel> => {
    let batches = 0;
    return {
      writeFiles: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        if (batches++ === batch)
          throw new RuntimeError({ code: 'kernel', message, context: { errno: ENOSPC, record: 3 } });
      },
    };
  };
  const first = await unpackAll([members], failAt(0));
  t.deepEqual([first.message, first.left], ['failed to unpack "d/3": ENOSPC no space left on device', 0]);
  const last = await unpackAll([members.slice(0, 5)], failAt(0));
  t.deepEqual([last.message, last.left], ['failed to unpack "d/3": ENOSPC no space left on device', 0]);
  const later = await unpackAll([members], failAt(1));
  t.regex(later.message ?? '', /^failed to unpack "d\/\d{3}": ENOSPC no space left on device$/);
});
