import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { chooseUserMaps } from '../../src/subordinate-ids/find-user-maps.js';
import { canGainPrivileges, findMapProgram } from '../../src/subordinate-ids/map-programs.js';
import { mapUserIds, mapWithin } from '../../src/subordinate-ids/map-user-ids.js';
import {
  nextFreeId,
  parseSubordinateIds,
  selectRanges,
} from '../../src/subordinate-ids/parse-subordinate-ids.js';

const parse = (text: string) => parseSubordinateIds(text, '/etc/subuid');

test('lines are owner, first id and count', (t) => {
  t.deepEqual(parse('alice:100000:65536\n# bob:1:2\n\n1000:300000:10'), {
    lines: [
      { owner: 'alice', first: 100_000, count: 65_536 },
      { owner: '1000', first: 300_000, count: 10 },
    ],
    mistakes: [],
  });
});

test('a line that is wrong is left out and told of', (t) => {
  const cases: [line: string, reason: string][] = [
    ['alice', '"alice" is not OWNER:FIRST:COUNT'],
    ['alice:1:2:3', '"alice:1:2:3" is not OWNER:FIRST:COUNT'],
    [':1:2', '":1:2" is not OWNER:FIRST:COUNT'],
    ['alice:x:2', '"x" is no number of at most ten digits'],
    ['alice:1:', '"" is no number of at most ten digits'],
    ['alice:-1:2', '"-1" is no number of at most ten digits'],
    ['alice:1: 2', '" 2" is no number of at most ten digits'],
    ['alice:0x10:2', '"0x10" is no number of at most ten digits'],
    ['alice:12345678901:2', '"12345678901" is no number of at most ten digits'],
    ['alice:1:0', 'it has no ids'],
    ['alice:4294967295:1', 'its ids end above the last id, 4294967294'],
    ['alice:1:4294967295', 'its ids end above the last id, 4294967294'],
  ];
  for (const [line, reason] of cases) {
    t.deepEqual(parse(`bob:5:6\n${line}\n`), {
      lines: [{ owner: 'bob', first: 5, count: 6 }],
      mistakes: [`line 2 of "/etc/subuid" is left out: ${reason}`],
    });
  }
});

test('the ranges of a user are those of the name and of the number, in their order', (t) => {
  const file = parse('alice:1:2\nbob:3:4\n1000:5:6\nalice:7:8\n01000:9:1');
  const ranges = [
    { first: 1, count: 2 },
    { first: 5, count: 6 },
    { first: 7, count: 8 },
  ];
  t.deepEqual(selectRanges(file, { uid: 1000, name: 'alice' }), ranges);
  t.deepEqual(selectRanges(file, { uid: 1000, name: undefined }), ranges.slice(1, 2));
  t.deepEqual(selectRanges(file, { uid: 7, name: 'carol' }), []);
});

test('root is the user, and the ranges follow one after the other', (t) => {
  const ranges = [
    { first: 100_000, count: 10 },
    { first: 300_000, count: 5 },
  ];
  t.deepEqual(mapUserIds(1000, ranges), {
    mappings: [
      { containerID: 0, hostID: 1000, size: 1 },
      { containerID: 1, hostID: 100_000, size: 10 },
      { containerID: 11, hostID: 300_000, size: 5 },
    ],
    mistakes: [],
  });
});

test('ids that are there already, and those of root, are left out', (t) => {
  const ranges = [
    { first: 990, count: 20 },
    { first: 100, count: 10 },
    { first: 105, count: 10 },
    { first: 0, count: 2 },
    { first: 110, count: 1 },
  ];
  t.deepEqual(mapUserIds(1000, ranges), {
    mappings: [
      { containerID: 0, hostID: 1000, size: 1 },
      { containerID: 1, hostID: 100, size: 10 },
      { containerID: 11, hostID: 110, size: 1 },
    ],
    mistakes: [
      "the ids 990 to 1009 are left out: 1000 is the user's own",
      'the ids 105 to 114 are left out: 105 is in an earlier range too',
      'the ids 0 to 1 are left out: 0 is root',
    ],
  });
});

test('there are no more ranges than the kernel takes', (t) => {
  const ranges = Array.from({ length: 345 }, (_, index) => ({ first: 2000 + 2 * index, count: 1 }));
  const { mappings, mistakes } = mapUserIds(1000, ranges);
  t.is(mappings.length, 340);
  t.is(mistakes.length, 6);
  t.is(mistakes[0], 'the ids 2678 to 2678 are left out: the kernel takes no more ranges');
});

test('mappings are told as ids of the namespace around', (t) => {
  const outer = mapUserIds(1000, [
    { first: 100_000, count: 10 },
    { first: 300_000, count: 5 },
  ]).mappings;
  t.deepEqual(mapWithin(outer, outer), [
    { containerID: 0, hostID: 0, size: 1 },
    { containerID: 1, hostID: 1, size: 10 },
    { containerID: 11, hostID: 11, size: 5 },
  ]);
  t.deepEqual(mapWithin([{ containerID: 7, hostID: 100_009, size: 1 }], outer), [
    { containerID: 7, hostID: 10, size: 1 },
  ]);
  t.is(mapWithin([{ containerID: 0, hostID: 100_009, size: 2 }], outer), undefined);
  t.is(mapWithin([{ containerID: 0, hostID: 0, size: 1 }], outer), undefined);
});

const user = { uid: 1000, gid: 100, name: 'alice' };
const nothing = { lines: [], mistakes: [] };

test('a user with ranges in both files has them all', (t) => {
  const subuid = parse('alice:100000:65536\nbad');
  const subgid = parseSubordinateIds('1000:200000:65536', '/etc/subgid');
  t.deepEqual(chooseUserMaps(user, { subuid, subgid }), {
    uidMappings: [
      { containerID: 0, hostID: 1000, size: 1 },
      { containerID: 1, hostID: 100_000, size: 65_536 },
    ],
    gidMappings: [
      { containerID: 0, hostID: 100, size: 1 },
      { containerID: 1, hostID: 200_000, size: 65_536 },
    ],
    mistakes: ['line 2 of "/etc/subuid" is left out: "bad" is not OWNER:FIRST:COUNT'],
  });
});

test('what a user lacks is told with the line that would help, beyond the ids of others', (t) => {
  const subuid = parse('alice:100000:65536\nbob:165536:65536');
  const one = { uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }] };
  t.like(chooseUserMaps(user, { subuid, subgid: nothing }), {
    ...one,
    lack: {
      reason: 'user "alice" has no ids in "/etc/subgid"',
      hint: 'as root, add the line "alice:231072:65536" to /etc/subgid',
    },
  });
  t.like(chooseUserMaps({ ...user, name: undefined }, { subuid: nothing, subgid: nothing }), {
    ...one,
    lack: {
      reason: 'user "1000" has no ids in "/etc/subuid" and "/etc/subgid"',
      hint: 'as root, add the line "1000:100000:65536" to /etc/subuid and to /etc/subgid',
    },
  });
});

test('without the programs there is one id, whatever the files say', (t) => {
  const obstacle = { reason: '"newuidmap" is not installed', hint: 'install the package uidmap' };
  const file = parse('alice:100000:65536');
  t.deepEqual(chooseUserMaps(user, { subuid: file, subgid: file, obstacle }), {
    uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: 100, size: 1 }],
    lack: obstacle,
    mistakes: [],
  });
});

test('the next free id is beyond all that are given', (t) => {
  t.is(nextFreeId(nothing), 100_000);
  t.is(nextFreeId(parse('a:5:6')), 100_000);
  t.is(nextFreeId(parse('a:400000:10\nb:100000:65536')), 400_010);
});

test('programs are taken from fixed places, and only with the right to map', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-'));
  const path = join(directory, 'newuidmap');
  const withXattrs = (...names: string[]) => ({
    readXattrs: () => names.map((name): [string, Uint8Array] => [name, new Uint8Array()]),
  });
  const find = (...names: string[]) =>
    findMapProgram(withXattrs(...names), 'newuidmap', ['/none', directory]);
  t.deepEqual(find(), { reason: '"newuidmap" is not installed', hint: 'install the package uidmap' });
  writeFileSync(path, '');
  chmodSync(path, 0o755);
  t.deepEqual(find('user.some'), {
    reason: `"${path}" is neither setuid root nor has it capabilities`,
    hint: 'install the package uidmap again',
  });
  t.deepEqual(find('security.capability'), { path });
  rmSync(directory, { recursive: true });
});

test('no_new_privs is read of the status of a process', (t) => {
  t.true(canGainPrivileges('Name:\tx\nNoNewPrivs:\t0\n'));
  t.false(canGainPrivileges('Name:\tx\nNoNewPrivs:\t1\n'));
});
