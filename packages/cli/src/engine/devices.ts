import { statSync } from 'node:fs';
import { type Device, RuntimeError, reasonOf } from '@mini/contracts';
import type { DeviceRequest } from './run-options.js';

/** `--device` as nodes to make in the container. Throws `RuntimeError` `bad-device`. */
export function readDevices(requests: readonly DeviceRequest[]): Device[] {
  return requests.map(({ hostPath, containerPath }) => ({ ...readNode(hostPath), path: containerPath }));
}

function readNode(path: string) {
  const status = statDevice(path);
  const type = status.isCharacterDevice()
    ? ('c' as const)
    : status.isBlockDevice()
      ? ('b' as const)
      : undefined;
  if (type === undefined) throw badDevice(path, 'it is not a device');
  const device = BigInt(status.rdev);
  // The encoding of makedev(3).
  const major = Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn));
  const minor = Number((device & 0xffn) | ((device >> 12n) & ~0xffn));
  return { type, major, minor, fileMode: status.mode & 0o777, uid: status.uid, gid: status.gid };
}

function statDevice(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw badDevice(path, reasonOf(error), error);
  }
}

function badDevice(path: string, reason: string, cause?: unknown): RuntimeError<'bad-device'> {
  return new RuntimeError({
    code: 'bad-device',
    message: `failed to open the device "${path}": ${reason}`,
    cause,
  });
}
