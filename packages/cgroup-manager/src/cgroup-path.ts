import { cgroupError } from './errors.js';

/** NAME_MAX of Linux: the longest name of one directory. */
const MAX_NAME_BYTES = 255;

function findFault(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it is not absolute';
  if (path === '/') return 'it is the root of all groups';
  // A newline would forge a line of /proc/PID/cgroup, which others parse.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'it has a control character';
  for (const part of path.slice(1).split('/')) {
    if (part === '') return 'it has an empty part';
    if (part === '.' || part === '..') return `it has a part "${part}"`;
    if (Buffer.byteLength(part) > MAX_NAME_BYTES) return `it has a part of more than ${MAX_NAME_BYTES} bytes`;
  }
  return undefined;
}

/**
 * Throws `RuntimeError` with code `cgroup-path` unless `path` is absolute, below the root and free of `.`, `..`,
 * empty parts and control characters.
 */
export function checkCgroupPath(path: string): void {
  const fault = findFault(path);
  if (fault !== undefined) {
    throw cgroupError('cgroup-path', `failed to use cgroup path ${JSON.stringify(path)}: ${fault}`, {
      field: 'linux.cgroupsPath',
    });
  }
}

/** `/a/b/c` ▶ `/a`, `/a/b`: outermost first. */
export function listAncestors(path: string): string[] {
  const parts = path.slice(1).split('/');
  return parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
