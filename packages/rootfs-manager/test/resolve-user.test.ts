import { closeSync, constants, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '@mini/contracts';
import test, { type ExecutionContext } from 'ava';
import { parseGroup, parsePasswd, resolveUser, resolveUserIn } from '../src/index.js';
import { kernelError, makeFakeKernel } from './fake-kernel.js';
import { type Content, makeTree } from './temporary-tree.js';

const PASSWD = `# a comment
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
alice:x:1000:1000:Alice,,,:/home/alice:/bin/zsh
1000:x:2000:2000::/tmp:/bin/sh
bare:x:3000:3000:::
wide:x:4294967296:0::/:/bin/sh
negative:x:-1:0::/:/bin/sh
short:x:5
+nis:x:6:6:::
`;
const GROUP = `root:x:0:
adm:x:4:daemon,alice
video:x:44:alice
alice:x:1000:alice
wide:x:4294967296:alice
`;
const ACCOUNTS = { passwd: parsePasswd(PASSWD), group: parseGroup(GROUP) };

test('a name with its groups', (t) => {
  t.deepEqual(resolveUserIn(ACCOUNTS, 'alice'), {
    uid: 1000,
    gid: 1000,
    additionalGids: [1000, 4, 44],
    name: 'alice',
    home: '/home/alice',
    shell: '/bin/zsh',
  });
});

test('nobody named is root', (t) => {
  const root = { uid: 0, gid: 0, additionalGids: [0], name: 'root', home: '/root', shell: '/bin/bash' };
  t.deepEqual(resolveUserIn(ACCOUNTS, ''), root);
  t.deepEqual(resolveUserIn(ACCOUNTS, 'root:'), root);
});

test('a number is a number, also where a user has that name', (t) => {
  t.like(resolveUserIn(ACCOUNTS, '1000'), { uid: 1000, name: 'alice' });
  t.like(resolveUserIn(ACCOUNTS, '1'), { uid: 1, gid: 1, name: 'daemon', additionalGids: [1, 4] });
});

test('a number needs no entry', (t) => {
  const stranger = { uid: 77, gid: 0, additionalGids: [0], home: '/', shell: '/bin/sh' };
  t.deepEqual(resolveUserIn(ACCOUNTS, '77'), stranger);
  t.deepEqual(resolveUserIn({ passwd: undefined, group: undefined }, '77'), stranger);
  t.is(resolveUserIn(ACCOUNTS, '2147483647:2147483647').gid, 2147483647);
});

test('empty home and shell have their defaults', (t) => {
  t.like(resolveUserIn(ACCOUNTS, 'bare'), { home: '/', shell: '/bin/sh' });
});

test('a group given is the only one', (t) => {
  t.like(resolveUserIn(ACCOUNTS, 'alice:video'), { uid: 1000, gid: 44, additionalGids: [44] });
  t.like(resolveUserIn(ACCOUNTS, '0:99'), { uid: 0, gid: 99, additionalGids: [99] });
});

test('added groups come on top, once', (t) => {
  t.deepEqual(resolveUserIn(ACCOUNTS, 'alice', ['adm', '7', '7', '1000']).additionalGids, [1000, 4, 44, 7]);
});

const BAD: readonly [user: string, message: string][] = [
  ['bob', 'the user "bob": no such entry in "/etc/passwd" of the root'],
  ['wide', 'the user "wide": no such entry in "/etc/passwd" of the root'],
  ['negative', 'the user "negative": no such entry in "/etc/passwd" of the root'],
  ['alice:bob', 'the group "bob": no such entry in "/etc/group" of the root'],
  ['a:b:c', 'the user "a:b:c": it has more than one colon'],
  ...['2147483648', '4294967296', '-1', '+1', '1e3', '0x10', '1.5', '99999999999'].map(
    (text): [string, string] => [
      text,
      `the user "${text}": it is no name, and no number from 0 to 2147483647`,
    ],
  ),
  ['0:-1', 'the group "-1": it is no name, and no number from 0 to 2147483647'],
];

test('who is not there, or no number, is refused', (t) => {
  for (const [user, message] of BAD) {
    t.like(
      t.throws(() => resolveUserIn(ACCOUNTS, user)),
      { code: 'bad-user', message: `failed to find ${message}` },
    );
  }
  t.throws(() => resolveUserIn(ACCOUNTS, '0', ['nobody']), {
    message: 'failed to find the group "nobody": no such entry in "/etc/group" of the root',
  });
  t.throws(() => resolveUserIn({ passwd: undefined, group: [] }, 'alice'), {
    message: 'failed to find the user "alice": the root has no "/etc/passwd"',
  });
});

function resolveInTree(t: ExecutionContext, tree: Record<string, Content>, user: string) {
  const root = makeTree(t, tree);
  const fd = openSync(root, constants.O_RDONLY);
  t.teardown(() => closeSync(fd));
  return { root, resolve: () => resolveUser(makeFakeKernel().kernel, fd, user) };
}

test('account files are read from the root', (t) => {
  const { resolve } = resolveInTree(t, { 'etc/passwd': PASSWD, 'etc/group': GROUP }, 'alice');
  t.deepEqual(resolve().additionalGids, [1000, 4, 44]);
});

test('a root without account files has numbers only', (t) => {
  t.is(resolveInTree(t, {}, '5').resolve().uid, 5);
  t.is(resolveInTree(t, { etc: 'a file' }, '5').resolve().uid, 5);
});

test('account files that are no files, or huge, are refused', (t) => {
  t.like(t.throws(resolveInTree(t, { 'etc/passwd': null }, '0').resolve), {
    code: 'bad-root',
    message: 'failed to read "/etc/passwd" of the root: it is not a regular file',
  });
  t.throws(resolveInTree(t, { 'etc/passwd': '-> /dev/zero' }, '0').resolve, {
    message: 'failed to read "/etc/passwd" of the root: it is not a regular file',
  });
  const { root, resolve } = resolveInTree(t, { 'etc/passwd': '', 'etc/group': '' }, '0');
  truncateSync(join(root, 'etc/group'), 2 ** 30);
  t.throws(resolve, { message: 'failed to read "/etc/group" of the root: it is larger than 1048576 bytes' });
});

test('a root that cannot be looked into is told', (t) => {
  const kernel = {
    ...makeFakeKernel().kernel,
    openInRoot() {
      throw kernelError('open "/etc/passwd" in the root', errnoOf('ELOOP'));
    },
  };
  t.throws(() => resolveUser(kernel, 0, '0'), {
    message: 'failed to read "/etc/passwd" of the root: ELOOP too many symbolic links encountered',
  });
});
