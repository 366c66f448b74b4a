import test from 'ava';
import {
  parseDevice,
  parseRootfs,
  parseTmpfs,
  parseVolume,
  parseWorkdir,
} from '../../../src/commands/parse/mounts.js';

test('a volume is a recursive, private bind whose source is made', (t) => {
  t.deepEqual(parseVolume('/a:/b', '/project'), {
    type: 'bind',
    source: '/a',
    target: '/b',
    options: ['rbind', 'rprivate'],
    createSource: true,
    origin: '-v "/a:/b"',
  });
});

test('relative sources start at the working directory, paths are tidied', (t) => {
  t.like(parseVolume('./a:/b', '/project'), { source: '/project/a' });
  t.like(parseVolume('../a:/b', '/project/x'), { source: '/project/a' });
  t.like(parseVolume('.:/b', '/project'), { source: '/project' });
  t.like(parseVolume('..:/b', '/project/x'), { source: '/project' });
  t.like(parseVolume('/a//./c/:/b/../d/', '/project'), { source: '/a/c', target: '/d' });
});

test('options of a volume', (t) => {
  t.deepEqual(parseVolume('/a:/b:ro', '/').options, ['rbind', 'rprivate', 'ro']);
  t.deepEqual(parseVolume('/a:/b:rw,z', '/').options, ['rbind', 'rprivate', 'rw']);
  t.deepEqual(parseVolume('/a:/b:Z,nosuid,nodev,noexec', '/').options, [
    'rbind',
    'rprivate',
    'nosuid',
    'nodev',
    'noexec',
  ]);
  t.deepEqual(parseVolume('/a:/b:rslave', '/').options, ['rbind', 'rslave']);
  t.deepEqual(parseVolume('/a:/b:bind,shared', '/').options, ['bind', 'shared']);
});

test('a name is that of a volume, a target alone one without a name', (t) => {
  t.deepEqual(parseVolume('data:/b/', '/project'), {
    type: 'volume',
    source: 'data',
    target: '/b',
    options: [],
    createSource: false,
    origin: '-v "data:/b/"',
  });
  t.deepEqual(parseVolume('/b', '/project'), {
    type: 'volume',
    target: '/b',
    options: [],
    createSource: false,
    origin: '-v "/b"',
  });
  t.like(parseVolume('data:/b:ro,nocopy,z', '/'), { options: ['ro'], volume: { noCopy: true } });
  t.is(parseVolume('data:/b:copy', '/').volume, undefined);
  t.deepEqual(parseVolume('/a:/b:ro,idmap', '/').idMap, {});
});

const badVolumes: readonly [string, string][] = [
  ['~/x:/x', 'the volume name "~/x" cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed'],
  ['.x:/x', 'the volume name ".x" cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed'],
  ['a/b:/x', 'the volume name "a/b" cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed'],
  [
    `${'a'.repeat(256)}:/x`,
    `the volume name "${'a'.repeat(256)}" cannot be used: it has more than 255 characters`,
  ],
  ['data', 'the target "data" is not an absolute path'],
  ['', 'the target "" is not an absolute path'],
  ['/', 'the target must not be "/"'],
  ['data:/x:rslave', 'there is no mount option "rslave"'],
  ['data:/x:bind', 'there is no mount option "bind"'],
  ['/a:/x:nocopy', 'there is no mount option "nocopy"'],
  [':/x', 'the source before ":" is empty'],
  ['/a:b', 'the target "b" is not an absolute path'],
  ['/a:', 'the target "" is not an absolute path'],
  ['/a:/', 'the target must not be "/"'],
  ['/a:/b/..', 'the target must not be "/"'],
  ['/a:/b:ro:x', 'it has more than two ":"'],
  ['/a:/b:', 'an option is empty'],
  ['/a:/b:ro,rw', '"ro" and "rw" exclude each other'],
  ['/a:/b:rslave,private', '"rslave" and "private" exclude each other'],
  ['/a:/b:nope', 'there is no mount option "nope"'],
  ['/a:/b:size=1m', 'there is no mount option "size=1m"'],
];
for (const [text, message] of badVolumes) {
  test(`no volume "${text}"`, (t) => {
    t.throws(() => parseVolume(text, '/project'), { message });
  });
}

test('a tmpfs is without setuid, devices and programs unless told', (t) => {
  t.deepEqual(parseTmpfs('/run'), {
    type: 'tmpfs',
    target: '/run',
    options: ['nosuid', 'nodev', 'noexec'],
    createSource: false,
    origin: '--tmpfs "/run"',
  });
  t.deepEqual(parseTmpfs('/run:size=1m,mode=1777,exec').options, [
    'nosuid',
    'nodev',
    'size=1m',
    'mode=1777',
    'exec',
  ]);
  t.deepEqual(parseTmpfs('/run:suid,dev,exec,uid=5,gid=6,size=50%').options, [
    'suid',
    'dev',
    'exec',
    'uid=5',
    'gid=6',
    'size=50%',
  ]);
});

const badTmpfs: readonly [string, string][] = [
  ['run', 'the target "run" is not an absolute path'],
  ['/run:size=x', 'a size is a number and a unit b, k, m or g'],
  ['/run:size', 'there is no mount option "size"'],
  ['/run:mode=9', 'the mode "9" is not an octal number'],
  ['/run:uid=x', '"uid=x" has no whole number'],
  ['/run:rprivate', 'there is no mount option "rprivate"'],
  ['/run:lowerdir=/x', 'there is no mount option "lowerdir=/x"'],
  ['/run:', 'an option is empty'],
];
for (const [text, message] of badTmpfs) {
  test(`no tmpfs "${text}"`, (t) => {
    t.throws(() => parseTmpfs(text), { message });
  });
}

test('the root directory', (t) => {
  t.deepEqual(parseRootfs('root', '/project'), { kind: 'directory', path: '/project/root', overlay: false });
  t.deepEqual(parseRootfs('/r/:O', '/project'), { kind: 'directory', path: '/r', overlay: true });
  t.throws(() => parseRootfs('', '/project'), { message: 'the path is empty' });
  t.throws(() => parseRootfs(':O', '/project'), { message: 'the path is empty' });
});

test('the working directory is absolute', (t) => {
  t.is(parseWorkdir('/a/../b/'), '/b');
  t.is(parseWorkdir('/'), '/');
  t.throws(() => parseWorkdir('a'), { message: 'the path is not absolute' });
});

test('devices', (t) => {
  t.deepEqual(parseDevice('/dev/fuse'), { hostPath: '/dev/fuse', containerPath: '/dev/fuse', access: 'rwm' });
  t.deepEqual(parseDevice('/dev/a:/dev/b'), { hostPath: '/dev/a', containerPath: '/dev/b', access: 'rwm' });
  t.deepEqual(parseDevice('/dev/a:/dev/b:r'), { hostPath: '/dev/a', containerPath: '/dev/b', access: 'r' });
  t.deepEqual(parseDevice('/dev/a:rw'), { hostPath: '/dev/a', containerPath: '/dev/a', access: 'rw' });
  const form = 'it does not have the form HOST[:CONTAINER][:ACCESS] with access of "r", "w" and "m"';
  t.throws(() => parseDevice('/dev/a:/dev/b:x'), { message: form });
  t.throws(() => parseDevice('/dev/a:rr'), { message: form });
  t.throws(() => parseDevice('a'), { message: 'the device "a" is not an absolute path' });
  t.throws(() => parseDevice(''), { message: 'the device "" is not an absolute path' });
  t.throws(() => parseDevice('/dev/a:b'), { message: 'the target "b" is not an absolute path' });
});
