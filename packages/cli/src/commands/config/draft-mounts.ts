import type { MountRequest } from '../../engine/run-options.js';
import { toMountRequest } from '../parse/mount-flag.js';
import { parseVolume } from '../parse/mounts.js';
import { type Failure, Problem, quote } from '../problem.js';
import type { ParseContext, RunDraft } from '../run-draft.js';
import { checkValue } from './check-value.js';
import { nameType, readBoolean, readScalar } from './read-values.js';

/** The keys of a mount and what `--mount` calls them. */
const FIELDS: Readonly<Record<string, { field: string; read: (value: unknown) => string }>> = {
  type: { field: 'type', read: readScalar },
  source: { field: 'source', read: readScalar },
  target: { field: 'target', read: readScalar },
  readOnly: { field: 'readonly', read: (value) => String(readBoolean(value)) },
  propagation: { field: 'bind-propagation', read: readScalar },
  nonRecursive: { field: 'bind-nonrecursive', read: (value) => String(readBoolean(value)) },
  recursive: { field: 'bind-recursive', read: readScalar },
  idmap: { field: 'idmap', read: (value) => (value === true ? 'true' : readScalar(value)) },
  noCopy: { field: 'volume-nocopy', read: (value) => String(readBoolean(value)) },
  subpath: { field: 'volume-subpath', read: readScalar },
  size: { field: 'tmpfs-size', read: readScalar },
  mode: { field: 'tmpfs-mode', read: readOctal },
};

/** The list `mounts`: strings as of `-v`, or maps. What is wrong is noted in `failures` as `mounts[0]: reason`. */
export function draftMounts(
  key: string,
  value: unknown,
  context: ParseContext,
  failures: Failure[],
): RunDraft {
  if (!Array.isArray(value)) {
    failures.push({ message: `${key}: a list is needed, not ${nameType(value)}` });
    return {};
  }
  const mounts = value.flatMap((item: unknown, index): MountRequest[] => {
    const path = `${key}[${index}]`;
    const mount = checkValue(path, failures, () => readMount(path, item, context.cwd, failures));
    return mount === undefined ? [] : [mount];
  });
  return { mounts };
}

function readMount(path: string, item: unknown, cwd: string, failures: Failure[]): MountRequest | undefined {
  if (typeof item === 'string') {
    const origin = `${path} ${quote(item)}`;
    return checkValue(origin, failures, () => ({ ...parseVolume(item, cwd), origin }));
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new Problem(`a string or a map is needed, not ${nameType(item)}`);
  }
  const before = failures.length;
  const fields = new Map<string, string[]>();
  for (const [key, value] of Object.entries(item)) {
    const text = checkValue(`${path}.${key}`, failures, () => readField(key, value));
    if (text !== undefined) fields.set(FIELDS[key]!.field, [text]);
  }
  return failures.length > before ? undefined : toMountRequest(fields, cwd, path);
}

function readField(key: string, value: unknown): string {
  if (!Object.hasOwn(FIELDS, key)) throw new Problem('there is no such key');
  return FIELDS[key]!.read(value);
}

/** A bare 1777 and a bare 0o1777 are different numbers in YAML: only the string says what was meant. */
function readOctal(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Problem(`an octal number in quotes is needed, not ${nameType(value)}`);
}
