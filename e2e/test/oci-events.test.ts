import { spawnSync } from 'node:child_process';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import { execa } from 'execa';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile } from '../support/oci.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const reason = whyNotComparable();
const ARGS = ['sh', '-c', 'head -c 1000000 /dev/zero >/tmp/x; exec sleep 1000'];
const RESOURCES = {
  memory: { limit: 64 << 20 },
  pids: { limit: 50 },
  cpu: { quota: 50_000, period: 100_000 },
};

/** On v2 runc prints flags of cpusets that there are none of, and not where a group may run. */
function whyNotComparable(): string | undefined {
  if (detectCgroupLayout().mode === 'v2') return 'the accounts of version 2 are others';
  return spawnSync('runc', ['--version']).status === 0 ? undefined : 'there is no runc';
}

/** Which members there are, with the kind of each value; of lists those of their first item. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return shapeOf(value[0], `${path}[]`);
  if (value === null || typeof value !== 'object')
    return [`${path}: ${value === null ? null : typeof value}`];
  return Object.entries(value).flatMap(([name, member]) => shapeOf(member, `${path}.${name}`));
}

/** Counters that are zero are left out: what either may lack, as it happens. */
const COUNTED =
  /^\.data\.(cpu\.usage\.total|cpu\.throttling\.|memory\.cache|memory\.\w+\.(usage|max):|blkio\.)/;

const listMembers = (text: string) =>
  shapeOf(JSON.parse(text))
    .filter((line) => !COUNTED.test(line))
    .sort();

testUnless(
  reason,
  'oci.events',
  'the accounts of a container have the members of those of runc',
  async (t) => {
    const before = takeSnapshot();
    const id = freshId();
    const bundle = makeBundle({
      args: ARGS,
      linux: { resources: RESOURCES, cgroupsPath: `/mini-oci/${id}` },
    });
    const root = freshDirectory('runc');
    const runc = (words: readonly string[], stdout: 'pipe' | 'ignore' = 'pipe') =>
      execa('runc', ['--root', root, ...words], {
        stdin: 'ignore',
        stdout,
        stderr: stdout,
        encoding: 'utf8',
      });
    await runc(['run', '-d', '--bundle', bundle, id], 'ignore');
    const theirs = (await runc(['events', '--stats', id])).stdout;
    await runc(['delete', '--force', id]);

    t.is((await ociToFile(['run', '-d', '--bundle', bundle, id])).exitCode, 0);
    const { stdout } = await oci(['events', '--stats', id]);
    t.is((await oci(['delete', '--force', id])).exitCode, 0);
    t.deepEqual(listMembers(stdout), listMembers(theirs ?? ''));
    const { data } = JSON.parse(stdout);
    t.is(data.memory.usage.limit, 64 << 20);
    t.true(data.memory.usage.max >= 1_000_000, 'what it has written was counted');
    t.true(data.cpu.usage.total > 0);
    t.is(data.memory.raw.hierarchical_memory_limit, 64 << 20);
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);
