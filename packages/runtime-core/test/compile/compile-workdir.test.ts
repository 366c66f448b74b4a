import { capabilityMask, type Process } from '@mini/contracts';
import test from 'ava';
import { compileChdir, compileWorkdir } from '../../src/compile/compile-workdir.js';

const process: Process = {
  user: { uid: 1000, gid: 1000 },
  args: ['true'],
  cwd: '/srv/made/here',
  capabilities: { bounding: ['CAP_CHOWN'], permitted: ['CAP_CHOWN'], inheritable: [] },
};
const made = (path: string) => ({
  op: 'mkdir',
  path,
  mode: 0o755,
  origin: 'process.cwd',
  tolerates: ['ENOTDIR', 'ENOENT', 'ELOOP', 'EACCES'],
});

test('the root directory is there', (t) => {
  t.deepEqual(compileWorkdir({ ...process, cwd: '/' }), { asRoot: [], asUser: [] });
});

test('root makes it before the root is closed', (t) => {
  const steps = { asRoot: [made('/srv/made/here')], asUser: [] };
  t.deepEqual<unknown, unknown>(compileWorkdir({ ...process, user: { uid: 0, gid: 0 } }), steps);
});

test('another user makes it himself, below parents of root', (t) => {
  t.deepEqual<unknown, unknown>(compileWorkdir(process), {
    asRoot: [made('/srv/made')],
    asUser: [made('/srv/made/here')],
  });
  t.deepEqual(compileWorkdir({ ...process, cwd: '/srv' }).asRoot, []);
});

const change = { op: 'chdir', path: '/srv/made/here', origin: 'process.cwd' };

test('a user makes it and goes there with rights over directories, those for a filter kept', (t) => {
  const raise = {
    op: 'capabilities',
    effective: capabilityMask(['CAP_DAC_OVERRIDE']),
    permitted: capabilityMask(['CAP_DAC_OVERRIDE', 'CAP_SYS_ADMIN', 'CAP_CHOWN']),
    inheritable: 0,
    origin: 'process.cwd',
    tolerates: ['EPERM'],
  };
  const { asUser } = compileWorkdir(process);
  t.deepEqual<unknown, unknown>(compileChdir(process, asUser, ['CAP_SYS_ADMIN']), [
    raise,
    made('/srv/made/here'),
    change,
  ]);
});

test('nothing is raised that nobody lowers again', (t) => {
  const { capabilities: _, ...plain } = process;
  t.deepEqual<unknown, unknown>(compileChdir(plain, []), [change]);
  t.deepEqual<unknown, unknown>(compileChdir({ ...process, user: { uid: 0, gid: 0 } }, []), [change]);
  t.deepEqual<unknown, unknown>(compileWorkdir(plain), { asRoot: [made('/srv/made/here')], asUser: [] });
});
