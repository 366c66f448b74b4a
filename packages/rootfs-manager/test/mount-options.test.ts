import { MOUNT_ATTR, MS } from '@mini/contracts';
import test from 'ava';
import { listMountOptions, type MountOptions, parseMountOptions } from '../src/index.js';

const NOTHING: MountOptions = {
  attributesSet: 0,
  attributesClear: 0,
  recursiveSet: 0,
  recursiveClear: 0,
  propagation: 0,
  propagationRecursive: false,
  bind: false,
  recursive: false,
  remount: false,
  copyUp: false,
  idmap: false,
  idmapRecursive: false,
  superblockOptions: [],
  fsOptions: [],
};

const { RDONLY, NOSUID, NODEV, NOEXEC, NOATIME, STRICTATIME, NODIRATIME, NOSYMFOLLOW, ATIME_MASK } =
  MOUNT_ATTR;

/** Every attribute option: bits set, bits cleared. */
const ATTRIBUTES: readonly [option: string, set: number, clear: number][] = [
  ['ro', RDONLY, 0],
  ['rw', 0, RDONLY],
  ['nosuid', NOSUID, 0],
  ['suid', 0, NOSUID],
  ['nodev', NODEV, 0],
  ['dev', 0, NODEV],
  ['noexec', NOEXEC, 0],
  ['exec', 0, NOEXEC],
  ['noatime', NOATIME, ATIME_MASK],
  ['strictatime', STRICTATIME, ATIME_MASK],
  ['atime', 0, ATIME_MASK],
  ['relatime', 0, ATIME_MASK],
  ['norelatime', 0, ATIME_MASK],
  ['nostrictatime', 0, ATIME_MASK],
  ['nodiratime', NODIRATIME, 0],
  ['diratime', 0, NODIRATIME],
  ['nosymfollow', NOSYMFOLLOW, 0],
  ['symfollow', 0, NOSYMFOLLOW],
];

test('every attribute has a plain and a recursive form', (t) => {
  for (const [option, set, clear] of ATTRIBUTES) {
    t.deepEqual(
      parseMountOptions([option]),
      { ...NOTHING, attributesSet: set, attributesClear: clear },
      option,
    );
    t.deepEqual(
      parseMountOptions([`r${option}`]),
      { ...NOTHING, recursiveSet: set, recursiveClear: clear },
      `r${option}`,
    );
  }
});

test('every propagation has a plain and a recursive form', (t) => {
  for (const [word, propagation] of [
    ['private', MS.PRIVATE],
    ['slave', MS.SLAVE],
    ['shared', MS.SHARED],
    ['unbindable', MS.UNBINDABLE],
  ] as const) {
    t.deepEqual(parseMountOptions([word]), { ...NOTHING, propagation }, word);
    t.deepEqual(
      parseMountOptions([`r${word}`]),
      { ...NOTHING, propagation, propagationRecursive: true },
      word,
    );
  }
});

test('binds and remounts', (t) => {
  t.deepEqual(parseMountOptions(['bind']), { ...NOTHING, bind: true });
  t.deepEqual(parseMountOptions(['rbind']), { ...NOTHING, bind: true, recursive: true });
  t.deepEqual(parseMountOptions(['remount', 'ro']), { ...NOTHING, remount: true, attributesSet: RDONLY });
});

test('words without an effect are known all the same', (t) => {
  t.deepEqual(parseMountOptions(['defaults', 'silent', 'loud', 'iversion', 'noiversion']), NOTHING);
});

test('superblock options go by the names of fsconfig(2)', (t) => {
  const options = ['sync', 'async', 'dirsync', 'lazytime', 'nolazytime', 'mand', 'nomand'];
  t.deepEqual(parseMountOptions(options), { ...NOTHING, superblockOptions: options });
});

test('what is not an option of mounts is one of the file system', (t) => {
  const options = [
    'size=65536k',
    'mode=755',
    'rootmode=40000',
    'rsync',
    'rbind2',
    'r',
    'toString',
    'rdefaults',
  ];
  t.deepEqual(parseMountOptions(options), { ...NOTHING, fsOptions: options });
});

test('an empty option is none', (t) => {
  t.deepEqual(parseMountOptions(['', 'ro', '']), { ...NOTHING, attributesSet: RDONLY });
});

test('a copy of what is covered, and mapped owners', (t) => {
  t.deepEqual(parseMountOptions(['tmpcopyup']), { ...NOTHING, copyUp: true });
  t.deepEqual(parseMountOptions(['idmap']), { ...NOTHING, idmap: true });
  t.deepEqual(parseMountOptions(['ridmap']), { ...NOTHING, idmap: true, idmapRecursive: true });
});

test('of two options that contradict each other the later wins', (t) => {
  t.deepEqual(parseMountOptions(['ro', 'rw']), { ...NOTHING, attributesClear: RDONLY });
  t.deepEqual(parseMountOptions(['rw', 'ro']), { ...NOTHING, attributesSet: RDONLY });
  t.deepEqual(parseMountOptions(['noatime', 'strictatime']), {
    ...NOTHING,
    attributesSet: STRICTATIME,
    attributesClear: ATIME_MASK,
  });
  t.deepEqual(parseMountOptions(['noatime', 'relatime']), { ...NOTHING, attributesClear: ATIME_MASK });
  t.deepEqual(parseMountOptions(['rshared', 'private']), { ...NOTHING, propagation: MS.PRIVATE });
});

test('the options that have a meaning are listed, sorted, each once', (t) => {
  const listed = listMountOptions();
  t.deepEqual(listed, [...new Set(listed)].sort());
  for (const option of listed) t.deepEqual(parseMountOptions([option]).fsOptions, [], option);
  const attributes = ATTRIBUTES.flatMap(([word]) => [word, `r${word}`]);
  const propagations = ['private', 'slave', 'shared', 'unbindable'].flatMap((word) => [word, `r${word}`]);
  const binds = ['bind', 'rbind', 'idmap', 'ridmap', 'remount', 'tmpcopyup'];
  for (const option of [...attributes, ...propagations, ...binds]) t.true(listed.includes(option), option);
  for (const option of ['r', 'rrbind', 'rsync', 'rtmpcopyup', 'mode=755'])
    t.false(listed.includes(option), option);
});
