import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { buildMounts, makeMissingSources } from '../../src/engine/container-mounts.js';
import type { MountRequest, RunOptions } from '../../src/engine/run-options.js';

const bind = (target: string, ...options: string[]): MountRequest => ({
  type: 'bind',
  source: '/source',
  target,
  options,
  createSource: true,
  origin: `-v "/source:${target}"`,
});
const build = (...mounts: MountRequest[]) =>
  buildMounts({ mounts, shmSizeBytes: 1 << 20, ipc: 'private' } as unknown as RunOptions, {
    etcMounts: [],
    volumeMounts: [],
  });

test('parents stand before what is mounted in them', (t) => {
  const destinations = build(bind('/data/a/b'), bind('/data'), bind('/data/a'), bind('/dev')).map(
    ({ destination }) => destination,
  );
  t.deepEqual(
    destinations.filter((path) => path.startsWith('/data') || path.startsWith('/dev')),
    ['/data', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue', '/data/a', '/data/a/b'],
  );
});

test('read-only includes what is mounted below the source', (t) => {
  const mount = build(bind('/data', 'ro', 'nodev')).find(({ destination }) => destination === '/data');
  t.deepEqual(mount?.options, ['rbind', 'rprivate', 'ro', 'rro', 'nodev']);
});

test('missing sources are made where that was asked for', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-sources-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'file'), '');
  makeMissingSources([
    { ...bind('/a'), source: join(directory, 'new/deep') },
    { ...bind('/b'), source: join(directory, 'not'), createSource: false },
    { ...bind('/c'), source: join(directory, 'file') },
  ]);
  t.deepEqual(readdirSync(directory), ['file', 'new']);
  const error = t.throws(() => makeMissingSources([{ ...bind('/d'), source: join(directory, 'file/x') }]));
  t.is(
    error?.message,
    `failed to make the directory "${directory}/file/x" (-v "/source:/d"): ENOTDIR not a directory`,
  );
});
