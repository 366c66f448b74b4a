import type { ServerResponse } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { downloadBlob } from '../../../src/registry/transfer/download-blob.js';
import { type Fault, send } from '../fake-registry.js';
import { MemorySink, noise, openRepository, startRegistry } from '../scene.js';

const BLOB = noise(300_000);

async function scene(t: ExecutionContext, options: { stallMs?: number; signal?: AbortSignal } = {}) {
  const registry = await startRegistry(t);
  const digest = registry.addBlob(BLOB);
  const repository = openRepository(t, registry, options);
  const descriptor = { mediaType: 'x', digest, size: BLOB.length };
  const sink = new MemorySink();
  const ranges = () =>
    registry.seen.filter(({ url }) => url.includes('/blobs/')).map(({ headers }) => headers.range);
  return { registry, repository, descriptor, digest, sink, ranges };
}

/** Does something to the first requests for blobs, one after the other. */
function onBlobs(...acts: ((response: ServerResponse, range: string | undefined) => void)[]): Fault {
  return (request, response) => {
    if (!request.url!.includes('/blobs/')) return false;
    const act = acts.shift();
    act?.(response, request.headers.range);
    return act !== undefined;
  };
}

const cutAfter =
  (bytes: number, from = 0) =>
  (response: ServerResponse) => {
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': BLOB.length - from,
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${BLOB.length - 1}/${BLOB.length}` }),
    });
    response.write(BLOB.subarray(from, bytes), () => setImmediate(() => response.destroy()));
  };

test('a blob arrives whole, and what there is is told', async (t) => {
  const { repository, descriptor, sink } = await scene(t);
  const told: number[] = [];
  await downloadBlob(repository, descriptor, sink, (bytes) => told.push(bytes));
  t.deepEqual(sink.bytes, BLOB);
  t.is(told[0], 0);
  t.is(told.at(-1), BLOB.length);
});

test('what is there already is not fetched again', async (t) => {
  const { repository, descriptor, sink, ranges } = await scene(t);
  sink.write(BLOB.subarray(0, 1000));
  await downloadBlob(repository, descriptor, sink);
  t.deepEqual(sink.bytes, BLOB);
  t.deepEqual(ranges(), [`bytes=1000-${BLOB.length - 1}`]);
  await downloadBlob(repository, descriptor, sink);
  t.is(ranges().length, 1);
});

test('after cuts it goes on where it was', async (t) => {
  const { registry, repository, descriptor, sink, ranges } = await scene(t);
  registry.faults.push(onBlobs(cutAfter(100_000), cutAfter(200_000, 100_000)));
  await downloadBlob(repository, descriptor, sink);
  t.deepEqual(sink.bytes, BLOB);
  t.deepEqual(ranges(), [undefined, 'bytes=100000-299999', 'bytes=200000-299999']);
});

test('cuts that bring something do not count, those that bring nothing do', async (t) => {
  const { registry, repository, descriptor, sink, ranges } = await scene(t);
  const cut = (from: number) => cutAfter(from + 70_000, from);
  const dead = (response: ServerResponse) => void response.destroy();
  registry.faults.push(onBlobs(cut(0), cut(70_000), cut(140_000), cut(210_000), dead, dead, dead, dead));
  await t.throwsAsync(downloadBlob(repository, descriptor, sink), {
    message: /^the connection to "127.0.0.1:\d+" failed: /,
  });
  t.is(sink.offsetBytes, 280_000);
  t.is(ranges().length, 6);
});

test('a registry that knows no ranges sends it all again, and no byte comes twice', async (t) => {
  const { registry, repository, descriptor, sink } = await scene(t);
  sink.write(BLOB.subarray(0, 123_456));
  registry.faults.push(onBlobs((response) => send(response, 200, BLOB)));
  await downloadBlob(repository, descriptor, sink);
  t.deepEqual(sink.bytes, BLOB);
});

test('a registry that refuses the range gets to send it anew', async (t) => {
  const { registry, repository, descriptor, sink, ranges } = await scene(t);
  sink.write(BLOB.subarray(0, 1000));
  registry.faults.push(onBlobs((response) => send(response, 416, '')));
  await downloadBlob(repository, descriptor, sink);
  t.deepEqual(sink.bytes, BLOB);
  t.deepEqual(ranges(), ['bytes=1000-299999', undefined]);
});

test('a stall ends the try', async (t) => {
  const { registry, repository, descriptor, sink } = await scene(t, { stallMs: 200 });
  registry.faults.push(
    onBlobs((response) => {
      response.writeHead(200, { 'content-length': BLOB.length });
      response.write(BLOB.subarray(0, 100_000));
    }),
  );
  await downloadBlob(repository, descriptor, sink);
  t.deepEqual(sink.bytes, BLOB);
});

test('a registry that stalls each time is given up', async (t) => {
  const { registry, repository, descriptor, sink } = await scene(t, { stallMs: 200 });
  registry.faults.push((request) => request.url!.includes('/blobs/'));
  await t.throwsAsync(downloadBlob(repository, descriptor, sink), {
    message: `"${registry.host}" sent nothing for 0.2 seconds`,
  });
});

test('a busy registry is asked again, as late as it wishes', async (t) => {
  const { registry, repository, descriptor, sink, ranges } = await scene(t);
  const busy = (status: number) => (response: ServerResponse) => {
    response.setHeader('retry-after', '0');
    send(response, status, '');
  };
  registry.faults.push(onBlobs(busy(429), busy(503)));
  await downloadBlob(repository, descriptor, sink);
  t.deepEqual(sink.bytes, BLOB);
  t.is(ranges().length, 3);
});

const lie =
  (status: number, headers: Record<string, string | number>, body: Buffer | string) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end(body);
  };

const LIES: readonly [
  what: string,
  act: (response: ServerResponse) => void,
  start: number,
  reason: RegExp,
][] = [
  [
    'a wrong size',
    lie(200, { 'content-length': 3 }, 'abc'),
    0,
    /^blob "sha256:\w+" has 3 bytes instead of 300000$/,
  ],
  [
    'a wrong total',
    lie(206, { 'content-range': 'bytes 5-9/10' }, 'abcde'),
    5,
    /^blob "sha256:\w+" has 10 bytes instead of 300000$/,
  ],
  [
    'a gap',
    lie(206, { 'content-range': 'bytes 6-299999/300000' }, 'abcde'),
    5,
    /^blob "sha256:\w+" is not continued at byte 5$/,
  ],
  [
    'a range that is none',
    lie(206, { 'content-range': 'words 6-9/*' }, 'a'),
    5,
    /is not continued at byte 5$/,
  ],
  ['a status that means nothing here', lie(204, {}, ''), 0, /^"127.0.0.1:\d+" refuses: HTTP status 204$/],
];

for (const [what, act, start, message] of LIES) {
  test(`${what} is refused at once`, async (t) => {
    const { registry, repository, descriptor, sink, ranges } = await scene(t);
    sink.write(BLOB.subarray(0, start));
    registry.faults.push(onBlobs(act, act, act));
    await t.throwsAsync(downloadBlob(repository, descriptor, sink), { message });
    t.is(ranges().length, 1);
    t.is(sink.offsetBytes, start);
  });
}

test('a body without end is left as soon as it is too long', async (t) => {
  const { registry, repository, descriptor, sink } = await scene(t);
  let isGone = false;
  registry.faults.push(
    onBlobs((response) => {
      response.on('close', () => {
        isGone = true;
      });
      const pour = () => {
        while (!response.destroyed && response.write(BLOB));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    }),
  );
  await t.throwsAsync(downloadBlob(repository, descriptor, sink), {
    message: /has more than its 300000 bytes$/,
  });
  t.true(sink.offsetBytes <= BLOB.length);
  while (!isGone) await new Promise((done) => setTimeout(done, 5));
});

test('an aborted download ends with the reason, and what came stays', async (t) => {
  const controller = new AbortController();
  const { registry, repository, descriptor, sink } = await scene(t, { signal: controller.signal });
  registry.faults.push(
    onBlobs((response) => {
      response.writeHead(200, { 'content-length': BLOB.length });
      response.write(BLOB.subarray(0, 100_000));
    }),
  );
  const reason = new Error('enough');
  const ended = downloadBlob(repository, descriptor, sink, (bytes) => {
    if (bytes === 100_000) controller.abort(reason);
  });
  t.is(await t.throwsAsync(ended), reason);
  t.is(sink.offsetBytes, 100_000);
});
