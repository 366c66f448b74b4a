import { posix } from 'node:path';
import type { DeviceRequest, MountRequest, RootRequest } from '../../engine/run-options.js';
import { Problem, quote } from '../problem.js';
import { checkBindOptions, checkTmpfsOptions } from './mount-options.js';

/** `SOURCE:TARGET[:OPTIONS]`. `label` is the flag or key, for `origin`. Throws `Problem`. */
export function parseVolume(value: string, cwd: string, label = '-v'): MountRequest {
  const [source = '', target, options, ...rest] = value.split(':');
  if (target === undefined) {
    throw new Problem('anonymous volumes are not supported yet, give SOURCE:TARGET');
  }
  if (rest.length > 0) {
    throw new Problem('it has more than two ":"', { hint: 'use --mount for a path with ":" in it' });
  }
  if (source === '') throw new Problem('the source before ":" is empty');
  if (!/^(\/|\.\.?(\/|$))/.test(source)) {
    throw new Problem('named volumes are not supported yet, give an absolute path');
  }
  return {
    type: 'bind',
    source: posix.resolve(cwd, source),
    target: parseTarget(target),
    options: checkBindOptions(options === undefined ? [] : options.split(',')),
    createSource: true,
    origin: `${label} ${quote(value)}`,
  };
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
