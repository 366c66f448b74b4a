import { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { uploadBlob } from '../../../src/registry/transfer/upload-blob.js';
import { digestOf, errors, type FakeRegistry, send } from '../fake-registry.js';
import { noise, openRepository, startRegistry } from '../scene.js';

const BLOB = noise(1_000_000, 'upload');
const DESCRIPTOR = { mediaType: 'x', digest: digestOf(BLOB), size: BLOB.length };
const read = (from: number, to: number) => Readable.from([BLOB.subarray(from, to)]);

async function scene(t: ExecutionContext) {
  const registry = await startRegistry(t);
  return { registry, repository: openRepository(t, registry, { actions: 'pull,push' }) };
}

const methods = ({ log }: FakeRegistry) =>
  log.filter((line) => line.includes('/blobs/')).map((line) => line.split(' ')[0]);

test('a blob is sent in one piece, once', async (t) => {
  const { registry, repository } = await scene(t);
  const told: number[] = [];
  t.is(await uploadBlob(repository, DESCRIPTOR, read, { onBytes: (bytes) => told.push(bytes) }), 'uploaded');
  t.deepEqual(registry.blobs.get(DESCRIPTOR.digest), BLOB);
  t.is(told.at(-1), BLOB.length);
  t.is(await uploadBlob(repository, DESCRIPTOR, read), 'exists');
  t.deepEqual(methods(registry), ['HEAD', 'POST', 'PUT', 'HEAD']);
});

test('an empty blob is a blob', async (t) => {
  const { registry, repository } = await scene(t);
  const empty = { mediaType: 'x', digest: digestOf(Buffer.alloc(0)), size: 0 };
  t.is(await uploadBlob(repository, empty, () => Readable.from([])), 'uploaded');
  t.true(registry.blobs.has(empty.digest));
});

test('a blob of another repository is mounted', async (t) => {
  const { registry, repository } = await scene(t);
  registry.faults.push((request, response) => {
    if (request.method === 'HEAD') send(response, 404, '');
    return request.method === 'HEAD';
  });
  registry.addBlob(BLOB);
  t.is(await uploadBlob(repository, DESCRIPTOR, read, { mountFrom: 'other/app' }), 'mounted');
  t.true(
    registry.log.includes(
      `POST /v2/app/blobs/uploads/?mount=${encodeURIComponent(DESCRIPTOR.digest)}&from=other%2Fapp`,
    ),
  );
});

test('what cannot be mounted is sent', async (t) => {
  const { registry, repository } = await scene(t);
  t.is(await uploadBlob(repository, DESCRIPTOR, read, { mountFrom: 'other/app' }), 'uploaded');
  t.true(registry.blobs.has(DESCRIPTOR.digest));
});

test('what is too large for one piece is sent in chunks', async (t) => {
  const { registry, repository } = await scene(t);
  registry.faults.push((request, response) => {
    const isTooLarge = request.method === 'PUT' && Number(request.headers['content-length']) > 500_000;
    if (isTooLarge) send(response, 413, errors('SIZE_INVALID', 'too large'));
    return isTooLarge;
  });
  t.is(await uploadBlob(repository, DESCRIPTOR, read, { chunkBytes: 400_000 }), 'uploaded');
  t.deepEqual(registry.blobs.get(DESCRIPTOR.digest), BLOB);
  const ranges = registry.seen.flatMap(({ headers }) => headers['content-range'] ?? []);
  t.deepEqual(ranges, ['0-399999', '400000-799999', '800000-999999']);
});

test('after a cut it goes on behind what has arrived', async (t) => {
  const { registry, repository } = await scene(t);
  let puts = 0;
  let patches = 0;
  registry.faults.push((request) => {
    const isCut =
      (request.method === 'PUT' && request.url!.includes('uploads') && ++puts === 1) ||
      (request.method === 'PATCH' && ++patches === 2);
    if (isCut) request.socket.destroy();
    return isCut;
  });
  t.is(await uploadBlob(repository, DESCRIPTOR, read, { chunkBytes: 400_000 }), 'uploaded');
  t.deepEqual(registry.blobs.get(DESCRIPTOR.digest), BLOB);
  const ranges = registry.seen.flatMap(({ headers }) => headers['content-range'] ?? []);
  t.deepEqual([...new Set(ranges)], ['0-399999', '400000-799999', '800000-999999']);
  // The registry is asked what it has before a piece is sent again.
  const cut = methods(registry).lastIndexOf('GET');
  t.deepEqual(methods(registry).slice(cut - 1), ['PATCH', 'GET', 'PATCH', 'PATCH', 'PUT']);
});

test('chunks are as large as the registry wants them', async (t) => {
  const { registry, repository } = await scene(t);
  registry.faults.push((request, response) => {
    if (request.method === 'POST') response.setHeader('oci-chunk-min-length', '600000');
    const isFirst = request.method === 'PUT' && Number(request.headers['content-length']) > 0;
    if (isFirst) send(response, 413, '');
    return isFirst;
  });
  await uploadBlob(repository, DESCRIPTOR, read, { chunkBytes: 1000 });
  const ranges = registry.seen.flatMap(({ headers }) => headers['content-range'] ?? []);
  t.deepEqual(ranges, ['0-599999', '600000-999999']);
});

test('a refusal is no cut', async (t) => {
  const { registry, repository } = await scene(t);
  registry.faults.push((request, response) => {
    if (request.method === 'POST')
      send(response, 403, errors('DENIED', 'requested access to the resource is denied'));
    return request.method === 'POST';
  });
  await t.throwsAsync(uploadBlob(repository, DESCRIPTOR, read), {
    message:
      'access denied, the repository does not exist or needs a login: requested access to the resource is denied',
  });
  t.deepEqual(methods(registry), ['HEAD', 'POST']);
});

test('a registry that does not say where to upload to is refused', async (t) => {
  const { registry, repository } = await scene(t);
  registry.faults.push((request, response) => {
    if (request.method === 'POST') send(response, 202, '');
    return request.method === 'POST';
  });
  await t.throwsAsync(uploadBlob(repository, DESCRIPTOR, read), {
    message: `"${registry.host}" does not say where to upload to`,
  });
});
