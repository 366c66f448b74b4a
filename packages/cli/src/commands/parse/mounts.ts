import { posix } from 'node:path';
import type { DeviceRequest, MountRequest, RootRequest } from '../../engine/run-options.js';
import { Problem, quote } from '../problem.js';
import { parseIdMap } from './id-map.js';
import { checkBindOptions, checkTmpfsOptions, checkVolumeOptions } from './mount-options.js';
import { checkVolumeSource } from './volume-source.js';

/**
 * `SOURCE:TARGET[:OPTIONS]`, where the source is a path of the host or the name of a volume, or `TARGET` of a volume without
 * a name. `label` is the flag or key, for `origin`. Throws `Problem`.
 */
export function parseVolume(value: string, cwd: string, label = '-v'): MountRequest {
  const origin = `${label} ${quote(value)}`;
  const [source = '', target, written, ...rest] = value.split(':');
  if (rest.length > 0) {
    throw new Problem('it has more than two ":"', { hint: 'use --mount for a path with ":" in it' });
  }
  if (target === undefined) {
    return { type: 'volume', target: parseTarget(source), options: [], createSource: false, origin };
  }
  if (source === '') throw new Problem('the source before ":" is empty');
  const { words, ...mapped } = splitIdMap(written === undefined ? [] : written.split(','));
  if (/^(\/|\.\.?(\/|$))/.test(source)) {
    return {
      type: 'bind',
      source: posix.resolve(cwd, source),
      target: parseTarget(target),
      options: checkBindOptions(words),
      createSource: true,
      origin,
      ...mapped,
    };
  }
  const isCopyWord = (word: string) => word === 'nocopy' || word === 'copy';
  return {
    type: 'volume',
    source: checkVolumeSource(source),
    target: parseTarget(target),
    options: checkVolumeOptions(words.filter((word) => !isCopyWord(word))),
    createSource: false,
    origin,
    ...mapped,
    ...(words.includes('nocopy') ? { volume: { noCopy: true } } : {}),
  };
}

/** `idmap` and `idmap=MAP` say more than an option of a mount. */
function splitIdMap(words: readonly string[]) {
  const idMap = words.findLast((word) => /^idmap(=|$)/.test(word));
  if (idMap === undefined) return { words };
  return { words: words.filter((word) => !/^idmap(=|$)/.test(word)), idMap: parseIdMap(idMap.slice(6)) };
}

/** `PATH[:OPTIONS]` of a new tmpfs. Throws `Problem`. */
export function parseTmpfs(value: string, label = '--tmpfs'): MountRequest {
  const colon = value.indexOf(':');
  const target = colon === -1 ? value : value.slice(0, colon);
  return {
    type: 'tmpfs',
    target: parseTarget(target),
    options: checkTmpfsOptions(colon === -1 ? [] : value.slice(colon + 1).split(',')),
    createSource: false,
    origin: `${label} ${quote(value)}`,
  };
}

/** An absolute path in the container, other than its root, without `.`, `..` and doubled slashes. Throws `Problem`. */
export function parseTarget(value: string): string {
  if (!value.startsWith('/')) throw new Problem(`the target ${quote(value)} is not an absolute path`);
  const target = posix.resolve(value);
  if (target === '/') throw new Problem('the target must not be "/"');
  return target;
}

/** An absolute path in the container. Throws `Problem`. */
export function parseWorkdir(value: string): string {
  if (!value.startsWith('/')) throw new Problem('the path is not absolute');
  return posix.resolve(value);
}

/** `DIR`, or `DIR:O` for a throw-away layer over it. Throws `Problem`. */
export function parseRootfs(value: string, cwd: string): RootRequest {
  const overlay = value.endsWith(':O');
  const path = overlay ? value.slice(0, -2) : value;
  if (path === '') throw new Problem('the path is empty');
  return { kind: 'directory', path: posix.resolve(cwd, path), overlay };
}

/** `HOST[:CONTAINER][:ACCESS]`, where access is some of `r`, `w` and `m`. Throws `Problem`. */
export function parseDevice(value: string): DeviceRequest {
  const parts = value.split(':');
  const isAccess = (part: string | undefined) => part !== undefined && /^[rwm]{1,3}$/.test(part);
  const access = isAccess(parts.at(-1)) && parts.length > 1 ? parts.pop()! : 'rwm';
  const [hostPath = '', containerPath = hostPath, ...rest] = parts;
  if (rest.length > 0 || new Set(access).size !== access.length) {
    throw new Problem('it does not have the form HOST[:CONTAINER][:ACCESS] with access of "r", "w" and "m"');
  }
  if (!hostPath.startsWith('/')) throw new Problem(`the device ${quote(hostPath)} is not an absolute path`);
  return { hostPath: posix.resolve(hostPath), containerPath: parseTarget(containerPath), access };
}
