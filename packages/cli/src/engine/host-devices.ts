import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Device, isRuntimeError } from '@mini/contracts';
import { DEFAULT_DEVICES } from '@mini/rootfs-manager';
import { readDevices } from './devices.js';

/** File systems of their own below /dev, which a container has too, and the links to its descriptors. */
const OWN_PLACES = new Set([
  '/dev/pts',
  '/dev/shm',
  '/dev/mqueue',
  '/dev/hugepages',
  '/dev/fd',
  '/dev/.udev',
]);
/** Nodes that a container has of its own: its console is a terminal of its own devpts. */
const OWN_NODES = new Set(['/dev/console', '/dev/ptmx', ...DEFAULT_DEVICES.map(({ path }) => path)]);

/** All devices of this machine, for a privileged container. One that goes away meanwhile is left out. */
export function listHostDevices(directory = '/dev'): Device[] {
  return readDirectory(directory).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (OWN_PLACES.has(path) || OWN_NODES.has(path)) return [];
    if (entry.isDirectory()) return listHostDevices(path);
    return entry.isCharacterDevice() || entry.isBlockDevice() ? readNode(path) : [];
  });
}

function readDirectory(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readNode(path: string): Device[] {
  try {
    return readDevices([{ hostPath: path, containerPath: path, access: 'rwm' }]);
  } catch (error) {
    if (isRuntimeError(error)) return [];
    throw error;
  }
}
