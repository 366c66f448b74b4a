import type { Step } from '@mini/contracts';
import test from 'ava';
import { skipReason } from './support/root.js';
import { bind, failure, runInContainer, tmpfs } from './support/run.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: making files, it ${skipReason}`);

it('a file of /proc that is none is not written to', async (t) => {
  const steps: Step[] = [{ op: 'write_proc', path: '/proc/sys/kernel/domainname', value: 'inside' }];
  const real = await runInContainer(t, 'cat /proc/sys/kernel/domainname', () => steps);
  t.is(real.stdout, 'inside\nexit 0');
  const fake = await runInContainer(t, 'true', () => [
    { ...tmpfs, target: '/fake' },
    { op: 'mknod', path: '/fake/domainname', mode: 0o100644, device: 0, uid: 0, gid: 0 },
    { ...bind, source: '/fake', target: '/proc/sys/kernel', targetKind: 0 },
    ...steps,
  ]);
  t.is(fake.stdout, failure(fake.steps, 'write_proc', 22));
});

it('a value that the kernel does not take', async (t) => {
  const value = 'not a number';
  const { stdout, steps } = await runInContainer(t, 'true', () => [
    { op: 'write_proc', path: '/proc/sys/kernel/shmmni', value },
  ]);
  t.is(stdout, failure(steps, 'write_proc', 22));
});

it('directories, links and nodes: modes whatever the umask, owners, existing ones', async (t) => {
  const script = "stat -c '%n %a %u:%g %F' /a /a/b /pipe; readlink /link";
  const { stdout } = await runInContainer(t, script, () => [
    { op: 'umask', mask: 0o77 },
    { op: 'mkdir', path: '/a/b/', mode: 0o1777 },
    { op: 'mkdir', path: '/a', mode: 0o700 },
    { op: 'mknod', path: '/pipe', mode: 0o010666, device: 0, uid: 3, gid: 4 },
    { op: 'symlink', content: '/target', path: '/link' },
    { op: 'symlink', content: '/other', path: '/link', tolerates: ['EEXIST'] },
  ]);
  t.deepEqual(stdout.split('\n'), [
    '/a 755 0:0 directory',
    '/a/b 1777 0:0 directory',
    '/pipe 666 3:4 fifo',
    '/target',
    'exit 0',
  ]);
});
