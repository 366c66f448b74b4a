import test from 'ava';
import {
  parseCapability,
  parseSecurityOption,
  parseSysctl,
  parseUlimit,
} from '../../../src/commands/parse/security.js';
import { fakeContext } from '../fake-context.js';

test('capabilities in every spelling', (t) => {
  t.is(parseCapability('CAP_NET_RAW'), 'CAP_NET_RAW');
  t.is(parseCapability('net_raw'), 'CAP_NET_RAW');
  t.is(parseCapability('cap_Net_Raw'), 'CAP_NET_RAW');
  t.is(parseCapability('all'), 'ALL');
  for (const text of ['', 'CAP_', 'CAP_ALL', 'NET RAW', 'NOPE']) {
    t.throws(() => parseCapability(text), { message: 'there is no such capability' });
  }
});

test('ulimits', (t) => {
  const unlimited = 2n ** 64n - 1n;
  t.deepEqual(parseUlimit('nofile=1024:2048'), { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048 });
  t.deepEqual(parseUlimit('nproc=5'), { type: 'RLIMIT_NPROC', soft: 5, hard: 5 });
  t.deepEqual(parseUlimit('core=-1'), { type: 'RLIMIT_CORE', soft: unlimited, hard: unlimited });
  t.deepEqual(parseUlimit('memlock=0:unlimited'), { type: 'RLIMIT_MEMLOCK', soft: 0, hard: unlimited });
});

const badUlimits: readonly [string, string][] = [
  ['nofile', 'it does not have the form NAME=SOFT[:HARD]'],
  ['nofile=1:2:3', 'it does not have the form NAME=SOFT[:HARD]'],
  ['nofile=', '"" is not a whole number, -1 or "unlimited"'],
  ['nofile=1:', '"" is not a whole number, -1 or "unlimited"'],
  ['nofile=1k', '"1k" is not a whole number, -1 or "unlimited"'],
  ['nofile=-2', '"-2" is not a whole number, -1 or "unlimited"'],
  ['nofile=2:1', 'the soft limit is above the hard one'],
  ['nofile=-1:5', 'the soft limit is above the hard one'],
  ['nope=1', 'there is no limit "nope"'],
  ['__proto__=1', 'there is no limit "__proto__"'],
  ['=1', 'the name before "=" is empty in "=1"'],
];
for (const [text, message] of badUlimits) {
  test(`no ulimit "${text}"`, (t) => {
    t.throws(() => parseUlimit(text), { message });
  });
}

test('security options', (t) => {
  const context = fakeContext({ files: PROFILES });
  const parse = (text: string) => parseSecurityOption(text, context);
  t.deepEqual(parse('no-new-privileges'), { noNewPrivileges: true });
  t.deepEqual(parse('no-new-privileges=false'), { noNewPrivileges: false });
  t.deepEqual(parse('no-new-privileges:true'), { noNewPrivileges: true });
  t.throws(() => parse('no-new-privileges=x'), { message: '"true" or "false" is needed' });
  const message = 'only "no-new-privileges[=BOOL]" and "seccomp=FILE|default|unconfined" are supported';
  for (const text of ['', 'apparmor=unconfined', 'no-new-privilegesx', 'seccompx=a', '=x']) {
    t.throws(() => parse(text), { message });
  }
});

const PROFILES = {
  'good.json': '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": null}',
  'torn.json': '{"defaultAction"',
  'bad.json': '{"defaultAction": 1}',
  'binary.json': new Uint8Array([0xff, 0xfe]),
};

test('seccomp profiles by name and from files', (t) => {
  const context = fakeContext({ files: PROFILES });
  const parse = (value: string) => parseSecurityOption(`seccomp=${value}`, context);
  t.deepEqual(parse('unconfined'), { seccomp: 'unconfined' });
  t.deepEqual(parse('default'), { seccomp: 'default' });
  t.deepEqual(parseSecurityOption('seccomp:unconfined', context), { seccomp: 'unconfined' });
  t.deepEqual(parse('good.json'), { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } });
  t.throws(() => parse(''), { message: 'the path is empty' });
  t.throws(() => parse('nope.json'), { message: 'ENOENT no such file or directory' });
  t.throws(() => parse('binary.json'), { message: 'it is not UTF-8 text' });
  t.throws(() => parse('torn.json'), { message: /^"torn\.json" is not JSON: / });
  t.throws(() => parse('bad.json'), {
    message: 'failed to read the seccomp profile: defaultAction is not a string',
  });
});

test('sysctls', (t) => {
  t.deepEqual(parseSysctl('net.ipv4.ip_forward=1'), { 'net.ipv4.ip_forward': '1' });
  t.deepEqual(parseSysctl('net.ipv4.ping_group_range=0\t5'), { 'net.ipv4.ping_group_range': '0\t5' });
  t.throws(() => parseSysctl('net.ipv4.ip_forward'), { message: 'it does not have the form NAME=VALUE' });
  for (const key of ['net', 'net/ipv4/x', 'net..x', '.net', 'net.x.', 'a+b.c', 'net.../x', 'a b.c']) {
    t.throws(() => parseSysctl(`${key}=1`), { message: `"${key}" is not the name of a kernel parameter` });
  }
  t.throws(() => parseSysctl('net.a=1\n2'), { message: 'the value has a control character in it' });
});
