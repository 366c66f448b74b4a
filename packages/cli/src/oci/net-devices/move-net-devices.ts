import { closeSync, openSync } from 'node:fs';
import { type Kernel, reasonOf, type Spec } from '@mini/contracts';
import { ociError } from '../oci-error.js';
import { askKernel } from './ask-kernel.js';
import {
  encodeLink,
  encodeName,
  encodeNumber,
  FLAG,
  LINK,
  ROUTE,
  type RouteAddress,
  readAddress,
  readLinkIndex,
} from './route-message.js';

/** IFA_F_PERMANENT and RT_SCOPE_UNIVERSE. Source: rtnetlink(7). */
const PERMANENT = 0x80;
const GLOBAL_SCOPE = 0;

/**
 * Moves interfaces of this network namespace into that of process `pid`, under another name where one is given, with their
 * permanent global addresses, and switches them on. Source: OCI runtime-spec 1.3, config-linux.md, "Network Devices".
 * Throws `RuntimeError` `bad-net-device`, with the field named.
 */
export function moveNetDevices(kernel: Kernel, { linux }: Spec, pid: number): void {
  const devices = Object.entries(linux.netDevices ?? {});
  if (devices.length === 0) return;
  const namespace = openSync(`/proc/${pid}/ns/net`, 'r');
  const sockets: number[] = [];
  const open = (fd?: number) => sockets[sockets.push(kernel.openRouteSocket(fd)) - 1]!;
  try {
    const [here, there] = [open(), open(namespace)];
    for (const [name, { name: newName = name }] of devices) {
      try {
        moveDevice({ here, there, namespace }, name, newName);
      } catch (error) {
        throw moveError(name, error);
      }
    }
  } finally {
    for (const fd of [...sockets, namespace]) closeSync(fd);
  }
}

interface Route {
  readonly here: number;
  readonly there: number;
  readonly namespace: number;
}

/**
 * The kernel drops the addresses on the way, and may give another index and, for a name with "%d", another name: what
 * is new there is the interface.
 */
function moveDevice({ here, there, namespace }: Route, name: string, newName: string): void {
  const [found] = askKernel(here, ROUTE.getLink, 0, encodeLink(0, [encodeName(name)]));
  const index = readLinkIndex(found!.body);
  const addresses = listAddresses(here, index);
  const before = new Set(listLinks(there));
  const target = [encodeNumber(LINK.namespaceFd, namespace), encodeName(newName)];
  askKernel(here, ROUTE.setLink, 0, encodeLink(index, target));
  const moved = listLinks(there).find((each) => !before.has(each));
  if (moved === undefined) throw new Error('it is not there afterwards');
  for (const address of addresses) {
    askKernel(there, ROUTE.newAddress, FLAG.create | FLAG.exclusive, address.moveTo(moved));
  }
  askKernel(there, ROUTE.setLink, 0, encodeLink(moved, [], true));
}

function listLinks(socket: number): number[] {
  return askKernel(socket, ROUTE.getLink, FLAG.all, encodeLink(0, [])).map(({ body }) => readLinkIndex(body));
}

function listAddresses(socket: number, index: number): RouteAddress[] {
  return askKernel(socket, ROUTE.getAddress, FLAG.all, Buffer.alloc(8))
    .map(({ body }) => readAddress(body))
    .filter((each) => each.index === index && each.scope === GLOBAL_SCOPE && (each.flags & PERMANENT) !== 0);
}

function moveError(name: string, error: unknown): Error {
  return ociError(
    'bad-net-device',
    `failed to move the interface "${name}" (linux.netDevices[${JSON.stringify(name)}]): ${reasonOf(error)}`,
    { cause: error },
  );
}
