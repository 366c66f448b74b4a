import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import {
  countDescriptors,
  countDescriptorsAfter,
  finish,
  listChildren,
  said,
  sh,
  spawnIn,
} from '../support/library.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const KILLED = { exitCode: null, signal: 'SIGKILL', oomKilled: false } as const;

/** A process that says that it runs, then waits; it ends at TERM. */
async function startSleeper(options: Parameters<typeof spawnIn>[2] = {}) {
  const child = spawnIn('sh', ['-c', 'trap "exit 7" TERM; echo up; while :; do sleep 0.05; done'], options);
  await once(child.stdout!, 'data');
  return child;
}

test('an exit code, and a signal', async (t) => {
  t.deepEqual(await spawnIn('sh', ['-c', 'exit 255']).exited, {
    exitCode: 255,
    signal: null,
    oomKilled: false,
  });
  const child = await startSleeper();
  t.true(child.kill('SIGKILL'));
  t.deepEqual(await child.exited, KILLED);
  t.is(child.exitCode, null);
  t.is(child.signalCode, 'SIGKILL');
});

test('a signal that the command handles', async (t) => {
  const child = await startSleeper();
  t.true(child.kill());
  t.deepEqual(await child.exited, { exitCode: 7, signal: null, oomKilled: false });
  t.is(child.exitCode, 7);
});

test('kill() after the end is false', async (t) => {
  const child = spawnIn('true');
  await child.exited;
  t.false(child.kill());
  t.false(child.kill(0));
  t.throws(() => child.kill('SIGNOPE' as NodeJS.Signals), {
    message: 'failed to send the signal "SIGNOPE": there is no such signal',
  });
});

test('spawn, then exit, are emitted once', async (t) => {
  const child = spawnIn('sh', ['-c', 'exit 4']);
  const events: unknown[] = [];
  child.on('spawn', () => events.push('spawn'));
  child.on('exit', (...details) => events.push(['exit', ...details]));
  child.on('error', (error) => events.push(error));
  await child.exited;
  t.deepEqual(events, ['spawn', ['exit', 4, null]]);
});

test('aborted before, during and after', async (t) => {
  const before = spawnIn('cat', [], { signal: AbortSignal.abort() });
  t.is((await before.exited.catch(() => KILLED)).signal, 'SIGKILL');
  const controller = new AbortController();
  const during = await startSleeper({ signal: controller.signal });
  controller.abort();
  t.deepEqual(await during.exited, KILLED);
  const late = new AbortController();
  t.deepEqual(await spawnIn('true', [], { signal: late.signal }).exited, {
    exitCode: 0,
    signal: null,
    oomKilled: false,
  });
  late.abort();
});

test('aborted with another signal', async (t) => {
  const controller = new AbortController();
  const child = await startSleeper({ signal: controller.signal, killSignal: 'SIGTERM' });
  controller.abort();
  t.is((await child.exited).exitCode, 7);
});

test('a time limit', async (t) => {
  t.deepEqual(await spawnIn('cat', [], { timeoutMs: 100 }).exited, KILLED);
  t.is((await spawnIn('true', [], { timeoutMs: 60_000 }).exited).exitCode, 0);
});

test('stdio: ignore, inherit and descriptors', async (t) => {
  const path = join(freshDirectory('stdio'), 'out');
  const fd = openSync(path, 'w+');
  const child = spawnIn('sh', ['-c', 'cat; echo written; echo piped >&2'], { stdio: ['ignore', fd, 'pipe'] });
  t.is(child.stdin, null);
  t.is(child.stdout, null);
  t.is((await finish(child)).stderr, 'piped\n');
  t.is(readFileSync(path, 'utf8'), 'written\n');
  closeSync(fd);
  const own = spawnIn('sh', ['-c', 'readlink /proc/self/fd/2'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.is((await finish(own)).stdout, `${readlinkSync('/proc/self/fd/2')}\n`);
});

test('all of it in one word', async (t) => {
  const child = spawnIn('sh', ['-c', 'ls -l /proc/self/fd | grep -c /dev/null >/tmp/count; exit 0'], {
    stdio: 'ignore',
  });
  t.deepEqual([child.stdin, child.stdout, child.stderr], [null, null, null]);
  t.is((await child.exited).exitCode, 0);
});

test('two hundred in a row leave no descriptor, no process and no cgroup', async (t) => {
  await sh('true');
  const before = { snapshot: takeSnapshot(), descriptors: countDescriptors() };
  for (let count = 0; count < 200; count++) {
    const read = count % 2 === 0 ? finish(spawnIn('echo', ['hi'])) : spawnIn('echo', ['hi']).exited;
    t.is((await read).exitCode, 0);
  }
  t.is(await countDescriptorsAfter(before.descriptors), before.descriptors);
  t.deepEqual(listChildren(), []);
  t.deepEqual(await differenceSince(before.snapshot), NOTHING);
});

test('twenty at once leave no descriptor, no process and no cgroup', async (t) => {
  await sh('true');
  const before = { snapshot: takeSnapshot(), descriptors: countDescriptors() };
  const all = Array.from({ length: 20 }, (_, index) =>
    sh(`sleep 0.1; echo ${index}; hostname`, { hostname: `box${index}` }),
  );
  t.deepEqual(
    await Promise.all(all),
    all.map((_, index) => said(`${index}\nbox${index}\n`)),
  );
  t.is(await countDescriptorsAfter(before.descriptors), before.descriptors);
  t.deepEqual(listChildren(), []);
  t.deepEqual(await differenceSince(before.snapshot), NOTHING);
});

test('failures leave no descriptor either', async (t) => {
  await sh('true');
  const before = { snapshot: takeSnapshot(), descriptors: countDescriptors() };
  for (let count = 0; count < 10; count++) {
    await t.throwsAsync(spawnIn('nope').exited);
    t.throws(() => spawnIn('true', [], { mounts: [{ destination: 'x' }] }));
    t.throws(() => spawnIn('true', [], { limits: { cpu: { cpus: '4000' } } }));
    t.throws(() => spawnIn('true', [], { stdio: ['pipe', 999, 'pipe'] }));
  }
  t.is(await countDescriptorsAfter(before.descriptors), before.descriptors);
  t.deepEqual(listChildren(), []);
  t.deepEqual(await differenceSince(before.snapshot), NOTHING);
});

test('in a worker thread, beside the main one', async (t) => {
  const before = takeSnapshot();
  const code = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { spawn } from '${import.meta.resolve('@mini/runtime-core')}';
    const child = spawn('sh', ['-c', 'read line; echo $line; exit 6'], { root: workerData });
    child.stdin.end('from the worker\\n');
    let out = '';
    child.stdout.on('data', (chunk) => { out += chunk; });
    const result = await child.exited;
    if (!child.stdout.readableEnded) await new Promise((resolve) => child.stdout.once('end', resolve));
    parentPort.postMessage({ out, ...result });
  `;
  const start = () =>
    new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), { workerData: busyboxRoot() });
  const work = async () => {
    const worker = start();
    const [message, exit] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    return [message[0], exit[0]];
  };
  const ended = await Promise.all([work(), work()]);
  const expected = { out: 'from the worker\n', exitCode: 6, signal: null, oomKilled: false };
  t.deepEqual(ended, [
    [expected, 0],
    [expected, 0],
  ]);
  t.deepEqual(await sh('echo main'), said('main\n'));
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a large heap is no obstacle', async (t) => {
  const held = Array.from({ length: 500 }, () => Buffer.alloc(1 << 20, 1));
  t.deepEqual(await sh('echo small'), said('small\n'));
  t.is(held.length, 500);
});

test('a limit of memory below what this process holds', async (t) => {
  const held = Buffer.alloc(64 << 20, 1);
  t.deepEqual(await sh('echo fits', { limits: { memory: { limit: 8 << 20 } } }), said('fits\n'));
  t.is(held.length, 64 << 20);
});

test('a process that never reads its stdin does not hold the program', async (t) => {
  const child = spawnIn('true');
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(Buffer.alloc(1 << 20));
  t.is((await child.exited).exitCode, 0);
});
