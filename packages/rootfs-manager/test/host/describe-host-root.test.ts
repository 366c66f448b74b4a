import test from 'ava';
import { assignLayers, describeHostRoot } from '../../src/index.js';
import { type Content, makeTree } from '../temporary-tree.js';

/** A machine with everything that is to be hidden, and beside it what is not. */
const MACHINE: Record<string, Content> = {
  'home/alice/.ssh/id_rsa': 'key',
  'root/.bash_history': 'x',
  'run/lock': [null, 0o1777],
  'run/secret': 'x',
  tmp: [null, 0o1777],
  'var/tmp': [null, 0o1777],
  'etc/passwd':
    'root:x:0:0::/root:/bin/sh\nbob:x:1001:1001::/srv/bob:/bin/sh\ndaemon:x:1002:1:::\nodd:x:1003:1::/usr/share/x:\n',
  'etc/shadow': ['root:$6$salt$hash:1:0:99999:7:::\nbob:!:1::::::\n', 0o640],
  'etc/shadow-': ['root:$6$old$hash:1:0:99999:7:::\n', 0o640],
  'etc/gshadow': ['adm:$6$x:bob:bob\n', 0o640],
  'etc/ssh/ssh_host_rsa_key': 'readable, but a key',
  'etc/ssh/ssh_host_rsa_key.pub': 'public',
  'etc/ssl/private/server.pem': 'x',
  'etc/ssl/certs/ca.pem': 'x',
  'etc/app/secret.conf': ['x', 0o600],
  'etc/app/lock': ['', 0o600],
  'etc/resolv.conf': '-> ../run/resolv.conf',
  'run/resolv.conf': 'nameserver 192.0.2.1\n',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/closed.d/x': 'x',
  'etc/closed.d': [null, 0o700],
  'var/lib/db/data/table': ['x', 0o600],
  'var/lib/db/data': [null, 0o700],
  'var/lib/db/log/entries': ['x', 0o640],
  'var/lib/dpkg/info/trigger': ['public by its place', 0o600],
  'var/lib/mini/state': 'x',
  'var/lib/mini/containers/1/upper': 'x',
  'srv/bob/mail': 'x',
  'srv/site/index.html': 'x',
  'srv/site/keys': [null, 0o750],
  'opt/tool/bin': null,
  'data/closed': [null, 0o700],
  'data/open/inner': [null, 0o700],
  swapfile: ['x', 0o600],
  'usr/share/x': [null, 0o700],
};

test('homes, keys, hashes, runtime files and what others cannot read are hidden', (t) => {
  const [layer, ...rest] = describeHostRoot(
    ['/var/lib/mini/containers/1', '/var/lib/mini', '/nowhere'],
    makeTree(t, MACHINE),
  );
  t.deepEqual(rest, []);
  t.is(layer?.mountPoint, '/');
  const found = layer?.hidden.map(({ path, how }) => `${how} ${path}`).sort();
  t.deepEqual(found, [
    'empty /data/closed',
    'empty /etc/closed.d',
    'empty /etc/ssl/private',
    'empty /home',
    'empty /root',
    'empty /run',
    'empty /run/lock',
    'empty /srv/bob',
    'empty /srv/site/keys',
    'empty /tmp',
    'empty /var/lib/db/data',
    'empty /var/tmp',
    'remove /etc/app/secret.conf',
    'remove /etc/shadow-',
    'remove /etc/ssh/ssh_host_rsa_key',
    'remove /swapfile',
    'remove /var/lib/db/log/entries',
    'remove /var/lib/mini',
    'replace /etc/gshadow',
    'replace /etc/resolv.conf',
    'replace /etc/shadow',
  ]);
});

test('what lies in a hidden directory is not hidden once more, in whatever order it is named', (t) => {
  const root = makeTree(t, { 'var/lib/mini/containers/1': null, 'run/mini': null });
  for (const directories of [
    ['/var/lib/mini/containers/1', '/var/lib/mini', '/run/mini'],
    ['/var/lib/mini', '/run/mini', '/var/lib/mini/containers/1'],
  ]) {
    t.deepEqual(describeHostRoot(directories, root)[0]?.hidden, [
      { path: '/run', how: 'empty' },
      { path: '/var/lib/mini', how: 'remove' },
    ]);
  }
});

test('hashes are replaced, accounts stay', (t) => {
  const [layer] = describeHostRoot([], makeTree(t, MACHINE));
  const contentOf = (wanted: string) => layer?.hidden.find(({ path }) => path === wanted)?.content;
  t.is(contentOf('/etc/shadow'), 'root:*:1:0:99999:7:::\nbob:*:1::::::\n');
  t.is(contentOf('/etc/gshadow'), 'adm:*:bob:bob\n');
  t.is(contentOf('/etc/resolv.conf'), 'nameserver 192.0.2.1\n');
});

test('a service with very many files is hidden as a whole', (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 4001 }, (_, index): [string, Content] => [`var/lib/big/files/${index}`, 'x']),
  );
  const [layer] = describeHostRoot([], makeTree(t, files));
  t.deepEqual(layer?.hidden, [{ path: '/var/lib/big', how: 'empty' }]);
});

test('each entry belongs to the file system it lies on', (t) => {
  const entry = (path: string) => ({ path, how: 'empty' }) as const;
  t.deepEqual(
    assignLayers(
      [entry('/var/lib/x'), entry('/usr/x'), entry('/root'), entry('/varx')],
      ['/var', '/var/lib'],
    ),
    [
      { mountPoint: '/', hidden: [entry('/usr/x'), entry('/root'), entry('/varx')] },
      { mountPoint: '/var', hidden: [] },
      { mountPoint: '/var/lib', hidden: [entry('/var/lib/x')] },
    ],
  );
});
