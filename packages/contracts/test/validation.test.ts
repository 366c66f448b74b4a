import test from 'ava';
import { isRuntimeError } from '../src/index.js';
import {
  formatJson,
  parseFeatures,
  parseProcess,
  parseResources,
  parseSpec,
  parseState,
  validateSpec,
} from '../src/validation.js';

const MINIMAL = {
  ociVersion: '1.2.0',
  root: { path: 'rootfs' },
  process: { user: { uid: 0, gid: 0 }, args: ['sh'], cwd: '/' },
};

function errorOf(run: () => unknown): { message: string; code: string; context: object } {
  try {
    run();
  } catch (error) {
    if (isRuntimeError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('a Spec has a list of namespaces even where the document has none', (t) => {
  const { spec, warnings } = parseSpec(JSON.stringify(MINIMAL));
  t.deepEqual(spec, { ...MINIMAL, linux: { namespaces: [] } });
  t.deepEqual(warnings, []);
});

test('every bad field of shape and of meaning is in one answer', (t) => {
  const { message, code, context } = errorOf(() =>
    validateSpec({
      ...MINIMAL,
      root: {},
      process: {
        ...MINIMAL.process,
        cwd: 'tmp',
        rlimits: [
          { type: 'RLIMIT_CORE', soft: 2, hard: 1 },
          { type: 'RLIMIT_NOTHING', soft: 0, hard: 0 },
        ],
      },
      hostname: 'box',
    }),
  );
  t.is(code, 'invalid-spec');
  t.is(
    message,
    'failed to validate "config.json": it is missing (root.path); ' +
      '"tmp" is not an absolute path (process.cwd); ' +
      '"RLIMIT_NOTHING" is not a resource of getrlimit(2) (process.rlimits[1].type); it needs a namespace of type "uts" (hostname); ' +
      '2 is more than the hard limit of 1 (process.rlimits[0].soft)',
  );
  t.like(context, {
    file: 'config.json',
    field: 'root.path',
    problems: { 0: { field: 'root.path', reason: 'it is missing' }, length: 5 },
  });
});

test('numbers keep all their digits, and are written back with them', (t) => {
  const text = formatJson({
    ...MINIMAL,
    process: {
      ...MINIMAL.process,
      rlimits: [{ type: 'RLIMIT_CORE', soft: 2n ** 64n - 1n, hard: 2n ** 64n - 1n }],
    },
    linux: { resources: { memory: { limit: 9223372036854775807n } } },
  });
  const { spec } = parseSpec(text);
  t.is(spec.process.rlimits?.[0]?.soft, 18446744073709551615n);
  t.is(spec.linux.resources?.memory?.limit, 9223372036854775807n);
});

test('an unknown capability is left out with a warning, whatever its name and the version', (t) => {
  const process = {
    ...MINIMAL.process,
    capabilities: { bounding: ['CAP_KILL', 'CAP_FUTURE'], effective: ['kill'] },
  };
  const { spec, warnings } = validateSpec({ ...MINIMAL, ociVersion: '1.0.2', process });
  t.deepEqual(spec.process.capabilities, { bounding: ['CAP_KILL'], effective: [] });
  t.deepEqual(warnings, [
    '"CAP_FUTURE" is not a capability of capabilities(7) and is left out (process.capabilities.bounding[1])',
    '"kill" is not a capability of capabilities(7) and is left out (process.capabilities.effective[0])',
  ]);
  t.deepEqual(parseProcess(JSON.stringify(process)).warnings, [
    '"CAP_FUTURE" is not a capability of capabilities(7) and is left out (capabilities.bounding[1])',
    '"kill" is not a capability of capabilities(7) and is left out (capabilities.effective[0])',
  ]);
});

test('a capability may be given twice', (t) => {
  const capabilities = { bounding: ['CAP_KILL', 'CAP_KILL'] };
  t.deepEqual(validateSpec({ ...MINIMAL, process: { ...MINIMAL.process, capabilities } }).warnings, []);
});

test('a number of a device that is left out beside the other is 0, as the Go types write it', (t) => {
  const withDevice = (device: object) => ({
    ...MINIMAL,
    linux: { devices: [{ type: 'b', path: '/dev/x', ...device }] },
  });
  t.notThrows(() => validateSpec(withDevice({ major: 8 })));
  t.notThrows(() => validateSpec(withDevice({ minor: 3 })));
  t.is(
    errorOf(() => validateSpec(withDevice({}))).message,
    'failed to validate "config.json": a device of type "b" needs it (linux.devices[0].major); ' +
      'a device of type "b" needs it (linux.devices[0].minor)',
  );
});

test('mappings of ids without a user namespace are ignored with a warning', (t) => {
  const uidMappings = [{ containerID: 0, hostID: 1000, size: 1 }];
  t.deepEqual(validateSpec({ ...MINIMAL, linux: { uidMappings } }).warnings, [
    'it is ignored without a namespace of type "user" (linux.uidMappings)',
  ]);
});

test('an empty string where a member may be absent is that, and nothing else', (t) => {
  const linux = {
    namespaces: [{ type: 'user', path: '' }, { type: 'network' }],
    uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
    rootfsPropagation: '',
    netDevices: { eth0: { name: '' } },
    resources: { devices: [{ allow: false, type: '', access: 'rwm' }], pids: {} },
    seccomp: { defaultAction: 'SCMP_ACT_ALLOW', listenerPath: '', listenerMetadata: '' },
  };
  const { spec } = validateSpec({ ...MINIMAL, linux });
  const { rootfsPropagation: _, ...rest } = linux;
  t.deepEqual<unknown, unknown>(spec.linux, {
    ...rest,
    namespaces: [{ type: 'user' }, { type: 'network' }],
    netDevices: { eth0: {} },
    resources: { devices: [{ allow: false, access: 'rwm' }], pids: {} },
    seccomp: { defaultAction: 'SCMP_ACT_ALLOW' },
  });
  t.is(
    errorOf(() =>
      validateSpec({
        ...MINIMAL,
        linux: {
          seccomp: {
            ...linux.seccomp,
            syscalls: [{ names: ['chroot'], action: 'SCMP_ACT_NOTIFY' }],
          },
        },
      }),
    ).message,
    'failed to validate "config.json": SCMP_ACT_NOTIFY needs a listenerPath (linux.seccomp.syscalls[0].action)',
  );
});

test('members that nobody knows are left alone', (t) => {
  const process = { ...MINIMAL.process, capabilities: { bounding: ['CAP_KILL'], future: true } };
  const { spec } = parseSpec(JSON.stringify({ ...MINIMAL, process, future: 1 }));
  t.deepEqual(spec.process, process as unknown as typeof spec.process);
  t.is((spec as { future?: unknown }).future, 1);
});

test('the mode of a device may have the bits of its type, as podman writes it, and of no other', (t) => {
  const withMode = (fileMode: number) => ({
    ...MINIMAL,
    linux: { devices: [{ type: 'c', path: '/dev/x', major: 1, minor: 3, fileMode }] },
  });
  t.notThrows(() => validateSpec(withMode(0o20666)));
  t.is(
    errorOf(() => validateSpec(withMode(0o60666))).message,
    'failed to validate "config.json": 060666 is not the mode of a device of type "c" (linux.devices[0].fileMode)',
  );
});

test('a relative destination is warned of, in every version', (t) => {
  const mounts = [{ destination: 'data', type: 'tmpfs' }];
  for (const ociVersion of ['1.0.0', '1.3.0']) {
    t.deepEqual(validateSpec({ ...MINIMAL, ociVersion, mounts }).warnings, [
      '"data" is a relative path, which is deprecated, and taken from "/" (mounts[0].destination)',
    ]);
  }
});

test('the other documents are checked alike', (t) => {
  t.deepEqual(parseResources('{"pids":{"limit":-1},"memory":{"limit":0}}'), {
    pids: { limit: -1 },
    memory: { limit: 0 },
  });
  t.is(
    errorOf(() => parseResources('{"pids":{"limit":null}}')).message,
    'failed to validate "resources.json": null is not a whole number from -1 to 9007199254740991 (pids.limit)',
  );
  const state = { ociVersion: '1.3.0', id: 'a', status: 'running', pid: 1, bundle: '/b' } as const;
  t.deepEqual(parseState(JSON.stringify(state)), state);
  t.is(
    errorOf(() => parseState(JSON.stringify({ ...state, status: 'paused' }))).message,
    'failed to validate "state": "paused" is not one of creating, created, running, stopped (status)',
  );
  const features = { ociVersionMin: '1.0.0', ociVersionMax: '1.3.0', linux: { cgroup: { v2: true } } };
  t.deepEqual(parseFeatures(JSON.stringify(features)), features);
  t.is(
    errorOf(() => parseFeatures('{"ociVersionMin":"1.0.0"}')).message,
    'failed to validate "features": it is missing (ociVersionMax)',
  );
});

test('a document full of problems makes a bounded message', (t) => {
  const env = Array.from({ length: 100_000 }, () => 'A');
  const { message, context } = errorOf(() =>
    validateSpec({ ...MINIMAL, process: { ...MINIMAL.process, env } }),
  );
  t.true(message.endsWith('(process.env[99]); and 99900 more'));
  t.like(context, { problems: { length: 100 } });
});
