import { posix } from 'node:path';
import {
  type Device,
  type Mount,
  makeDeviceNumber,
  S_IF,
  type Spec,
  type Step,
  TARGET_KIND,
} from '@mini/contracts';
import { isBind } from './compile-mounts.js';
import { badSpec, type FieldProblem } from './errors.js';
import { parseMountOptions } from './mount-options.js';

/** The nodes that every container has. Source: OCI runtime-spec, config-linux.md, "Default Devices". */
export const DEFAULT_DEVICES: readonly Device[] = (
  [
    ['null', 1, 3],
    ['zero', 1, 5],
    ['full', 1, 7],
    ['tty', 5, 0],
    ['random', 1, 8],
    ['urandom', 1, 9],
  ] as const
).map(([name, major, minor]) => ({ type: 'c', path: `/dev/${name}`, major, minor, fileMode: 0o666 }));

/** Always that of the container's own devpts, whatever the Spec says of it. */
const MULTIPLEXER = '/dev/ptmx';

const LINKS = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
  ['pts/ptmx', MULTIPLEXER],
  ['/proc/kcore', '/dev/core'],
] as const;

const FILE_TYPE = { c: S_IF.CHR, u: S_IF.CHR, b: S_IF.BLK, p: S_IF.IFO } as const;
const MAX_MAJOR = 0xfff;
const MAX_MINOR = 0xfffff;
const PERMISSIONS = 0o7777;

type NodeStep = Extract<Step, { op: 'mknod' }>;
type LinkStep = Extract<Step, { op: 'symlink' }>;

/** The same in every container, so they are made once. */
const DEFAULT_STEPS: readonly (NodeStep | LinkStep)[] = [
  ...DEFAULT_DEVICES.map((device) => nodeStep(device)),
  ...LINKS.map(([content, path]): LinkStep => ({ op: 'symlink', content, path, tolerates: ['EEXIST'] })),
];

/**
 * Device nodes and the links of /dev: the default ones and `spec.linux.devices`, which win on the same path, but for the
 * multiplexer of terminals.
 * Nothing when the Spec binds a directory on /dev: what is in there is the caller's business and nobody's to add to.
 * Throws `RuntimeError` `bad-spec` that names every bad device.
 */
export function compileDevices(spec: Spec): Step[] {
  const extra = spec.linux.devices ?? [];
  const problems = extra.flatMap(findProblems);
  if (problems.length > 0) throw badSpec('the devices', problems);
  const dev = findDevMount(spec);
  if (dev !== undefined && isBind({ mount: dev, options: parseMountOptions(dev.options ?? []) })) return [];
  const directory: Step = { op: 'mkdir', path: '/dev', mode: 0o755 };
  const given = new Set(extra.map(({ path }) => posix.resolve(path)));
  given.delete(MULTIPLEXER);
  return [
    ...(dev === undefined ? [directory] : []),
    ...DEFAULT_STEPS.filter(({ path }) => !given.has(path)),
    ...extra.flatMap((device, index) =>
      posix.resolve(device.path) === MULTIPLEXER ? [] : extraSteps(device, `linux.devices[${index}]`),
    ),
  ];
}

function findDevMount(spec: Spec): Mount | undefined {
  return spec.mounts?.find(({ destination }) => posix.resolve('/', destination) === '/dev');
}

function extraSteps(device: Device, origin: string): Step[] {
  const directory = posix.dirname(posix.resolve(device.path));
  const parent: Step = { op: 'mkdir', path: directory, mode: 0o755, origin };
  return [...(directory === '/dev' || directory === '/' ? [] : [parent]), nodeStep(device, origin)];
}

/**
 * A node, or else the host's node of the same path bound over an empty file: mknod(2) is not for user namespaces
 * (EPERM), and a root without a tmpfs on /dev may hold a file of that name already (EEXIST), which is not trusted to
 * be the device.
 */
function nodeStep(device: Device, origin?: string): NodeStep {
  const { type, path, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0 } = device;
  const named = origin === undefined ? {} : { origin };
  const node: NodeStep = {
    op: 'mknod',
    path,
    mode: FILE_TYPE[type] | (fileMode & PERMISSIONS),
    device: makeDeviceNumber(major, minor),
    uid,
    gid,
    ...named,
  };
  // A FIFO needs no privilege, and the host has none to offer.
  if (type === 'p') return node;
  const bind: Step = {
    op: 'bind',
    source: path,
    fd: -1,
    target: path,
    targetKind: TARGET_KIND.file,
    recursive: 0,
    attributesSet: 0,
    attributesClear: 0,
    attributesRecursive: 0,
    propagation: 0,
    ...named,
  };
  return { ...node, tolerates: ['EPERM', 'EEXIST'], otherwise: bind };
}

function findProblems(device: Device, index: number): FieldProblem[] {
  const { type, path, fileMode = 0 } = device;
  const node = type === 'c' || type === 'u' || type === 'b';
  const missing = device.major === undefined && device.minor === undefined ? undefined : 0;
  const { major = missing, minor = missing } = device;
  const problems: [name: string, problem: string | false][] = [
    ['path', !path?.startsWith('/') && `"${path}" is not an absolute path`],
    ['type', !Object.hasOwn(FILE_TYPE, type ?? '') && `"${type}" is not one of c, b, u, p`],
    ['major', node && !isWithin(major, MAX_MAJOR) && `${major} is not a number from 0 to ${MAX_MAJOR}`],
    ['minor', node && !isWithin(minor, MAX_MINOR) && `${minor} is not a number from 0 to ${MAX_MINOR}`],
    // Callers that take the mode from stat(2) leave the bits of the type in.
    ['fileMode', !isWithin(fileMode, 0o177777) && `${fileMode} is no file mode`],
  ];
  return problems.flatMap(([name, problem]) =>
    problem === false ? [] : [{ field: `linux.devices[${index}].${name}`, problem }],
  );
}

function isWithin(value: number | undefined, most: number): boolean {
  return Number.isInteger(value) && value! >= 0 && value! <= most;
}
