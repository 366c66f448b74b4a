import { capabilityMask, type Process } from '@mini/contracts';
import test from 'ava';
import { compileWorkdir } from '../../src/compile/compile-workdir.js';

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
  const raise = {
    op: 'capabilities',
    effective: capabilityMask(['CAP_DAC_OVERRIDE']),
    permitted: capabilityMask(['CAP_DAC_OVERRIDE', 'CAP_CHOWN']),
    inheritable: 0,
    origin: 'process.cwd',
    tolerates: ['EPERM'],
  };
  t.deepEqual<unknown, unknown>(compileWorkdir(process), {
    asRoot: [made('/srv/made')],
    asUser: [raise, made('/srv/made/here')],
  });
  t.deepEqual(compileWorkdir({ ...process, cwd: '/srv' }).asRoot, []);
});

test('nothing is raised that nobody lowers again', (t) => {
  const { capabilities: _, ...plain } = process;
  t.deepEqual<unknown, unknown>(compileWorkdir(plain), { asRoot: [made('/srv/made/here')], asUser: [] });
});

test('what a later step takes stays permitted, and is not in effect', (t) => {
  const [raise] = compileWorkdir(process, ['CAP_SYS_ADMIN']).asUser;
  t.like(raise, {
    effective: capabilityMask(['CAP_DAC_OVERRIDE']),
    permitted: capabilityMask(['CAP_DAC_OVERRIDE', 'CAP_SYS_ADMIN', 'CAP_CHOWN']),
  });
});
