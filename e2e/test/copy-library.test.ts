import * as fs from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  copyFromContainer,
  copyToContainer,
  createContainer,
  diffContainer,
  exportContainer,
  removeContainer,
} from '@mini/cli';
import { expandContent, readTar, writeTar } from '@mini/image-store';
import test from 'ava';
import { freshName } from '../support/detached.js';
import { countDescriptors, countDescriptorsAfter } from '../support/library.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';

const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex');

const entry = (path: string, more = {}) =>
  ({
    path,
    type: 'file',
    mode: 0o640,
    uid: 5,
    gid: 2 ** 31,
    mtimeNs: 1_600_000_000_123_456_789n,
    sizeBytes: 0,
    ...more,
  }) as const;

test('streams, typed changes and an abort, with nothing left open', async (t) => {
  const name = freshName();
  await createContainer({
    name,
    root: { kind: 'directory', path: busyboxRoot(), overlay: true },
    command: ['true'],
  });
  t.teardown(() => removeContainer(name, { force: true }));
  const before = countDescriptors();
  const members = [
    { entry: entry('d', { type: 'directory', mode: 0o750 }), content: [] },
    {
      entry: entry('d/capable', { sizeBytes: 4, xattrs: new Map([['security.capability', CAPABILITY]]) }),
      content: [Buffer.from('text')],
    },
    { entry: entry('d/null', { type: 'character', device: { major: 1, minor: 3 } }), content: [] },
  ];
  const archive = Readable.from(writeTar(members));
  t.deepEqual(await copyToContainer(name, archive, '/'), { files: 3, bytes: 4 });

  const stream = new PassThrough();
  const read = buffer(stream);
  t.deepEqual(await copyFromContainer(name, '/d', stream), { files: 3, bytes: 4 });
  stream.end();
  const seen = [];
  for await (const member of readTar(Readable.from([await read])))
    seen.push([member.entry, (await buffer(expandContent(member))).toString()]);
  // Nothing is lost on the way: nanoseconds, large ids, capabilities, device numbers.
  t.deepEqual(seen, [
    [members[0]!.entry, ''],
    [members[1]!.entry, 'text'],
    [members[2]!.entry, ''],
  ]);
  t.deepEqual(diffContainer(name), [
    { type: 'A', path: '/d' },
    { type: 'A', path: '/d/capable' },
    { type: 'A', path: '/d/null' },
  ]);
  let found = false;
  for await (const member of readTar(exportContainer(name))) found ||= member.entry.path === 'd/capable';
  t.true(found);

  const abort = new AbortController();
  abort.abort(new Error('enough'));
  const directory = freshDirectory();
  await t.throwsAsync(copyFromContainer(name, '/bin', directory, { signal: abort.signal }), {
    message: 'enough',
  });
  await t.throwsAsync(copyToContainer(name, join(busyboxRoot(), 'bin'), '/x', { signal: abort.signal }), {
    message: 'enough',
  });
  await t.throwsAsync(
    (async () => {
      for await (const _ of exportContainer(name, { signal: abort.signal }));
    })(),
    { message: 'enough' },
  );
  t.deepEqual(fs.readdirSync(directory).length <= 1, true);
  t.is(await countDescriptorsAfter(before), before);
});
