import test from 'ava';
import { parseMountFlag } from '../../../src/commands/parse/mount-flag.js';

test('a bind by its fields, in all their names', (t) => {
  const expected = {
    type: 'bind',
    source: '/a',
    target: '/b',
    options: ['rbind', 'rprivate', 'ro'],
    createSource: false,
  };
  for (const text of [
    'type=bind,source=/a,target=/b,readonly',
    'type=bind,src=/a,dst=/b,ro',
    'readonly=true,destination=/b,src=/a,type=bind',
  ]) {
    t.deepEqual(parseMountFlag(text, '/project'), { ...expected, type: 'bind', origin: `--mount "${text}"` });
  }
});

test('fields of a bind', (t) => {
  const options = (more: string) => parseMountFlag(`type=bind,src=/a,dst=/b${more}`, '/project').options;
  t.deepEqual(options(''), ['rbind', 'rprivate']);
  t.deepEqual(options(',readonly=false'), ['rbind', 'rprivate']);
  t.deepEqual(options(',bind-propagation=rslave'), ['rbind', 'rslave']);
  t.deepEqual(options(',bind-nonrecursive,ro'), ['rprivate', 'bind', 'ro']);
});

test('what is mounted below a bind', (t) => {
  const parse = (more: string) => parseMountFlag(`type=bind,src=/a,dst=/b,ro,${more}`, '/project');
  t.deepEqual(parse('bind-recursive=enabled').options, ['rbind', 'rprivate', 'ro']);
  t.deepEqual(parse('bind-recursive=readonly').options, ['rbind', 'rprivate', 'ro']);
  t.deepEqual(parse('bind-recursive=disabled').options, ['rprivate', 'bind', 'ro']);
  t.like(parse('bind-recursive=writable'), { options: ['rbind', 'rprivate', 'ro'], keepsBelow: true });
});

test('fields of a bind that change nothing, and one that makes the source', (t) => {
  const plain = { options: ['rbind', 'rprivate'], createSource: false };
  t.like(parseMountFlag('type=bind,src=/a,dst=/b,relabel=shared,consistency=cached', '/'), plain);
  t.like(parseMountFlag('type=bind,src=/a,dst=/b,bind-create-src', '/'), { ...plain, createSource: true });
});

test('owners are mapped as podman writes it', (t) => {
  const range = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
  const parse = (map: string) => parseMountFlag(`type=bind,src=/a,dst=/b,idmap${map}`, '/').idMap;
  t.deepEqual(parse(''), {});
  t.deepEqual(parse('=uids=0-1000-1#1-2000-10;gids=5-6-7'), {
    uidMappings: [range(0, 1000, 1), range(1, 2000, 10)],
    gidMappings: [range(5, 6, 7)],
  });
});

test('a volume by its fields is what a mount is unless told', (t) => {
  const common = { type: 'volume', target: '/b', createSource: false } as const;
  t.deepEqual(parseMountFlag('dst=/b', '/'), {
    ...common,
    options: [],
    origin: '--mount "dst=/b"',
    volume: {},
  });
  const text =
    'type=volume,src=data,dst=/b,ro,volume-nocopy,volume-subpath=./a//b/,volume-driver=local,volume-label=a=1,volume-label=b,"volume-opt=o=uid=1,gid=2",volume-opt=type=tmpfs';
  t.deepEqual(parseMountFlag(text, '/'), {
    ...common,
    source: 'data',
    options: ['ro'],
    origin: `--mount ${JSON.stringify(text).replaceAll('\\"', '"')}`,
    volume: {
      noCopy: true,
      subpath: 'a/b',
      driver: 'local',
      labels: { a: '1', b: '' },
      options: { o: 'uid=1,gid=2', type: 'tmpfs' },
    },
  });
});

test('a field in quotes may hold commas', (t) => {
  t.is(parseMountFlag('type=bind,"src=/a,b ""c""",dst=/b', '/').source, '/a,b "c"');
});

test('a relative source begins with a dot', (t) => {
  t.is(parseMountFlag('type=bind,src=./a,dst=/b', '/project').source, '/project/a');
});

test('a tmpfs by its fields', (t) => {
  t.deepEqual(parseMountFlag('type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777,ro', '/'), {
    type: 'tmpfs',
    target: '/t',
    options: ['nosuid', 'nodev', 'noexec', 'ro', 'size=1048576', 'mode=1777'],
    createSource: false,
    origin: '--mount "type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777,ro"',
  });
});

const bad: readonly [string, string][] = [
  ['', 'there is no field ""'],
  ['type=image,target=/b', 'there is no type "image", only bind, tmpfs, volume'],
  ['type=bind,source=/a', 'the target is missing'],
  ['type=bind,target=/b', 'the source is missing'],
  ['type=bind,source=,target=/b', 'the source is missing'],
  ['type=bind,source=a,target=/b', 'the source "a" is neither absolute nor begins with "./"'],
  ['type=bind,source=/a,target=b', 'the target "b" is not an absolute path'],
  ['type=bind,src=/a,source=/a,target=/b', 'the field "source" is given twice'],
  ['type=bind,src=/a,dst=/b,nope=1', 'there is no field "nope"'],
  ['type=bind,src=/a,dst=/b,constructor=1', 'there is no field "constructor"'],
  ['type=bind,src,dst=/b', 'the field "source" has no value'],
  ['type=bind,src=/a,dst=/b,ro=x', '"true" or "false" is needed'],
  ['type=bind,src=/a,dst=/b,tmpfs-size=1', 'the field "tmpfs-size" does not go with type=bind'],
  ['type=tmpfs,src=/a,dst=/b', 'the field "source" does not go with type=tmpfs'],
  ['type=tmpfs,dst=/b,bind-propagation=shared', 'the field "bind-propagation" does not go with type=tmpfs'],
  ['type=bind,src=/a,dst=/b,bind-propagation=x', 'there is no propagation "x"'],
  ['type=tmpfs,dst=/b,tmpfs-mode=8', 'the mode "8" is not an octal number'],
  ['type=bind,"src=/a,dst=/b', 'a quote is not closed or stands inside a field'],
  ['type=bind,src="/a",dst=/b', 'a quote is not closed or stands inside a field'],
  ['type=bind,src=/a,dst=/b,', 'there is no field ""'],
  ['type=bind,type=bind,src=/a,dst=/b', 'the field "type" is given twice'],
  ['src=/a,dst=/b', 'the volume name "/a" cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed'],
  ['src=..,dst=/b', 'the volume name ".." cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed'],
  ['src=a,dst=/b', 'the volume name "a" cannot be used: it needs at least two characters'],
  ['type=volume,dst=/b,bind-propagation=shared', 'the field "bind-propagation" does not go with type=volume'],
  ['type=bind,src=/a,dst=/b,volume-nocopy', 'the field "volume-nocopy" does not go with type=bind'],
  ['type=bind,src=/a,dst=/b,volume-opt=a=b', 'the field "volume-opt" does not go with type=bind'],
  ['src=data,dst=/b,volume-opt=a', 'the option "a" of the driver has not the form KEY=VALUE'],
  ['src=data,dst=/b,volume-subpath=/x', 'the subpath "/x" is no relative path within the volume'],
  [
    'src=data,dst=/b,volume-subpath=a/../../x',
    'the subpath "a/../../x" is no relative path within the volume',
  ],
  ['src=data,dst=/b,volume-subpath=', 'the subpath "" is no relative path within the volume'],
  ['src=data,dst=/b,volume-driver=x,volume-driver=x', 'the field "volume-driver" is given twice'],
  [
    'type=bind,src=/a,dst=/b,bind-recursive=x',
    'the field "bind-recursive" must be one of enabled, disabled, writable, readonly',
  ],
  ['type=bind,src=/a,dst=/b,bind-recursive=readonly', '"bind-recursive=readonly" needs "readonly" too'],
  [
    'type=bind,src=/a,dst=/b,ro,bind-recursive=readonly,bind-propagation=shared',
    '"bind-recursive=readonly" and "bind-propagation=shared" exclude each other',
  ],
  [
    'type=bind,src=/a,dst=/b,bind-nonrecursive,bind-recursive=enabled',
    '"bind-nonrecursive" and "bind-recursive=enabled" exclude each other',
  ],
  ['type=bind,src=/a,dst=/b,relabel=x', 'the field "relabel" must be one of shared, private'],
  [
    'type=bind,src=/a,dst=/b,consistency=x',
    'the field "consistency" must be one of default, consistent, cached, delegated',
  ],
  ['type=tmpfs,dst=/b,idmap', 'the field "idmap" does not go with type=tmpfs'],
  [
    'type=bind,src=/a,dst=/b,idmap=uids=0-1',
    'the map of owners "uids=0-1" does not have the form uids=FILE-HOST-COUNT[#…];gids=FILE-HOST-COUNT[#…]',
  ],
  [
    'type=bind,src=/a,dst=/b,idmap=uids=0-4294967295-1;gids=0-0-1',
    'the map of owners "uids=0-4294967295-1;gids=0-0-1" does not have the form uids=FILE-HOST-COUNT[#…];gids=FILE-HOST-COUNT[#…]',
  ],
];
for (const [text, message] of bad) {
  test(`no mount "${text}"`, (t) => {
    t.throws(() => parseMountFlag(text, '/project'), { message });
  });
}
