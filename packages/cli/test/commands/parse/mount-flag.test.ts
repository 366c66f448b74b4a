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
  ['source=/a,target=/b', 'the type is missing, give type=bind or type=tmpfs'],
  ['type=volume,target=/b', 'the type "volume" is not supported yet, give type=bind or type=tmpfs'],
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
];
for (const [text, message] of bad) {
  test(`no mount "${text}"`, (t) => {
    t.throws(() => parseMountFlag(text, '/project'), { message });
  });
}
