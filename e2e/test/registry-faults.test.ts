import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openImageStore, parseReference } from '@mini/image-store';
import { pullImage } from '@mini/image-store/registry';
import { nativeKernel } from '@mini/runtime-core';
import type { ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import {
  type Exchange,
  type FaultProxy,
  isBlob,
  isManifest,
  startFaultProxy,
} from '../support/fault-proxy.js';
import { busyboxLayer, file, layerOf, writeArchive } from '../support/image-archive.js';
import { mini, startMini } from '../support/mini.js';
import { startRegistry, whyNoRegistry } from '../support/registry.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { waitFor } from '../support/wait.js';

const INGEST = '/var/lib/mini/images/ingest';

/** Bytes of what has come of a blob; none of one that is whole by now, and elsewhere. */
function sizeOf(file: string): number {
  return statSync(`${INGEST}/${file}`, { throwIfNoEntry: false })?.size ?? 0;
}

interface Scene {
  readonly proxy: FaultProxy;
  /** By the proxy's name; the image is not here. */
  readonly name: string;
  /** Takes it away with all its blobs. */
  forget(): Promise<unknown>;
}

/** An image with a layer of a MiB in a registry, and a proxy before that. */
async function scene(t: ExecutionContext): Promise<Scene> {
  const { host } = await startRegistry(t);
  const proxy = await startFaultProxy(t, host);
  const repository = freshName();
  const [direct, name] = [`${host}/${repository}:1`, `${proxy.host}/${repository}:1`];
  const noise = randomBytes(1 << 20).toString('latin1');
  const layers = [await busyboxLayer(), await layerOf(file('noise', noise), file('text', 'whole\n'))];
  const image = { names: [direct], layers, config: { Cmd: ['cat', '/text'] } };
  await succeed(t, 'load', '-q', '-i', await writeArchive([image]));
  await succeed(t, 'push', '-q', direct);
  await succeed(t, 'rmi', '-f', direct);
  const forget = () => mini(['rmi', '-f', name]);
  t.teardown(forget);
  return { proxy, name, forget };
}

function faultTest(title: string, implementation: (t: ExecutionContext) => Promise<void>): void {
  testUnless(whyNoRegistry, `registry-faults.${title.replaceAll(' ', '-')}`, title, implementation);
}

/** Does something to the first answers that it concerns, then nothing. */
function first(
  count: number,
  concerns: (exchange: Exchange) => boolean,
  act: (exchange: Exchange) => Promise<void>,
) {
  let left = count;
  return async (exchange: Exchange) => {
    if (left === 0 || !concerns(exchange)) return false;
    left -= 1;
    await act(exchange);
    return true;
  };
}

const isLargeBlob = ({ request }: Exchange) => isBlob(request) && request.method === 'GET';

/** Sends half of what was asked for. */
async function cut({ response, answer }: Exchange): Promise<void> {
  const { status, headers, body } = await answer();
  response.writeHead(status, headers);
  await new Promise<void>((done) => response.write(body.subarray(0, body.length >> 1), () => done()));
  await sleep(50);
  response.destroy();
}

faultTest('cut connections go on where they were', async (t) => {
  const { proxy, name } = await scene(t);
  proxy.faults.push(first(3, isLargeBlob, cut));
  await succeed(t, 'pull', '-q', name);
  t.is(await succeed(t, 'run', '--rm', name), 'whole\n');
  t.is(proxy.ranges.filter((range) => range === undefined).length, 3);
  t.is(proxy.ranges.filter((range) => /^bytes=[1-9]\d*-\d+$/.test(range ?? '')).length, 3);
});

faultTest('a registry that is busy is asked again', async (t) => {
  const { proxy, name } = await scene(t);
  const busy =
    (status: number, headers = {}) =>
    async ({ response }: Exchange) => {
      response.writeHead(status, headers);
      response.end();
    };
  proxy.faults.push(first(1, isLargeBlob, busy(429, { 'retry-after': '0' })));
  proxy.faults.push(first(1, ({ request }) => isManifest(request), busy(503)));
  await succeed(t, 'pull', '-q', name);
  t.is(await succeed(t, 'run', '--rm', name), 'whole\n');
});

// Ctrl-c at a terminal, and the worst.
for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  faultTest(`what a pull fetched before ${signal} is not fetched again`, async (t) => {
    const { proxy, name } = await scene(t);
    const before = readdirSync(INGEST);
    proxy.faults.push(
      first(3, isLargeBlob, async ({ response, answer }) => {
        const { status, headers, body } = await answer();
        response.writeHead(status, headers);
        response.write(body.subarray(0, body.length - 100));
      }),
    );
    const pulling = startMini(['pull', '-q', name]);
    await waitFor('a blob that has come in part', () =>
      readdirSync(INGEST).some((file) => !before.includes(file) && sizeOf(file) > 0),
    );
    pulling.kill(signal);
    t.is((await pulling).signal, signal);
    t.deepEqual((await mini(['images', '-q', name])).stdout, '');
    const seen = proxy.ranges.length;
    proxy.faults.length = 0;
    await succeed(t, 'pull', '-q', name);
    t.is(await succeed(t, 'run', '--rm', name), 'whole\n');
    t.true(
      proxy.ranges.slice(seen).some((range) => /^bytes=[1-9]/.test(range ?? '')),
      proxy.ranges.join(),
    );
  });

  faultTest(`a push that ${signal} ends leaves both sides well`, async (t) => {
    const { host } = await startRegistry(t);
    const proxy = await startFaultProxy(t, host);
    const repository = freshName();
    const [direct, name] = [`${host}/${repository}:1`, `${proxy.host}/${repository}:1`];
    const image = {
      names: [direct, name],
      layers: [await busyboxLayer(), await layerOf(file('text', 'pushed\n'))],
    };
    await succeed(t, 'load', '-q', '-i', await writeArchive([image]));
    t.teardown(() => mini(['rmi', '-f', direct]));
    let uploads = 0;
    proxy.faults.push(({ request }) => {
      const isUpload = request.method === 'PATCH' || request.method === 'PUT';
      if (isUpload) uploads += 1;
      // Never answered.
      return isUpload;
    });
    const pushing = startMini(['push', '-q', name]);
    await waitFor('an upload', () => uploads > 0);
    pushing.kill(signal);
    t.is((await pushing).signal, signal);
    await succeed(t, 'run', '--rm', name, 'true');
    await succeed(t, 'push', '-q', direct);
    await succeed(t, 'rmi', name);
    await succeed(t, 'rmi', direct);
    t.is(await succeed(t, 'run', '--rm', '-q', direct, 'cat', '/text'), 'pushed\n');
  });
}

faultTest('a redirect to elsewhere is followed without credentials', async (t) => {
  const { proxy, name } = await scene(t);
  const elsewhere = await startFaultProxy(t, proxy.host);
  const shown: (string | undefined)[] = [];
  elsewhere.faults.push(({ request }) => {
    shown.push(request.headers.authorization);
    return false;
  });
  proxy.faults.push(
    first(3, isLargeBlob, async ({ request, response }) => {
      response.writeHead(307, { location: `http://${elsewhere.host}${request.url}` });
      response.end();
    }),
  );
  await succeed(t, 'pull', '-q', name);
  t.is(shown.length, 3);
  t.true(shown.every((header) => header === undefined));
});

type Spoil = (exchange: Exchange) => Promise<void>;
const respond =
  (change: (body: Buffer) => Buffer, type?: string): Spoil =>
  async ({ response, answer }) => {
    const { status, headers, body } = await answer();
    const changed = change(body);
    const { 'docker-content-digest': _, ...rest } = headers;
    const length = String(changed.length);
    response.writeHead(status, {
      ...rest,
      'content-length': length,
      ...(type === undefined ? {} : { 'content-type': type }),
    });
    response.end(changed);
  };
const flip = (body: Buffer) => Buffer.concat([body.subarray(0, -1), Buffer.from([body.at(-1)! ^ 1])]);

/** Without end, as long as somebody reads. */
const endless: Spoil = async ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const pour = () => {
    while (!response.destroyed && response.write(Buffer.alloc(1 << 16)));
    if (!response.destroyed) response.once('drain', pour);
  };
  pour();
};

const LIES: readonly [
  what: string,
  concerns: (exchange: Exchange) => boolean,
  spoil: Spoil,
  reason: RegExp,
][] = [
  [
    'a wrong digest',
    isLargeBlob,
    respond(flip),
    /failed to store blob "sha256:\w+": its digest is "sha256:\w+"$/,
  ],
  [
    'a wrong size',
    isLargeBlob,
    respond((body) => body.subarray(1)),
    /blob "sha256:\w+" has \d+ bytes instead of \d+$/,
  ],
  ['an endless blob', isLargeBlob, endless, /blob "sha256:\w+" has more than its \d+ bytes$/],
  [
    'an endless manifest',
    ({ request }) => isManifest(request),
    endless,
    /its manifest has more than 4194304 bytes$/,
  ],
  [
    'a wrong type',
    ({ request }) => isManifest(request),
    respond((body) => body, 'application/vnd.oci.image.index.v1+json'),
    /the manifest says that it is "[^"]+", but came as "application\/vnd.oci.image.index.v1\+json"$/,
  ],
];

for (const [what, concerns, spoil, reason] of LIES) {
  faultTest(`${what} is refused`, async (t) => {
    const { proxy, name } = await scene(t);
    proxy.faults.push(first(100, concerns, spoil));
    const { exitCode, stdout, stderr } = await mini(['pull', '-q', name]);
    t.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
    t.true(stderr.startsWith(`failed to pull "${name}": `), stderr);
    t.regex(stderr.trim(), reason);
    t.is((await mini(['images', '-q', name])).stdout, '');
  });
}

faultTest('a registry that stalls is left, and asked again', async (t) => {
  const { proxy, name } = await scene(t);
  proxy.faults.push(
    first(2, isLargeBlob, async ({ response, answer }) => {
      const { status, headers, body } = await answer();
      response.writeHead(status, headers);
      response.write(body.subarray(0, 10));
    }),
  );
  const store = openImageStore(nativeKernel(), freshDirectory('store'));
  const pulled = await pullImage(store, parseReference(name), { stallMs: 1000 });
  t.is(pulled.name, name);
  t.deepEqual(readdirSync(store.directories.ingest), []);
});
