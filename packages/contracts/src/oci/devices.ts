import { boolean, enumOf, integer, stringThat } from '../describe/scalars.js';
import { type Infer, object, optional, optionalOrEmpty } from '../describe/shape.js';
import { absolutePath } from './strings.js';

/** The kernel's dev_t has 12 and 20 bits. */
const MAX_MAJOR = 2 ** 12 - 1;
const MAX_MINOR = 2 ** 20 - 1;
export const majorShape = integer(0, MAX_MAJOR);
export const minorShape = integer(0, MAX_MINOR);
const id = integer(0, 2 ** 32 - 2);

/** A node in the container. config-linux.md, devices. */
export const deviceShape = object({
  /** Character, block, unbuffered character, FIFO: mknod(1). */
  type: enumOf(['c', 'b', 'u', 'p']),
  /** Inside the container. */
  path: absolutePath,
  /** One at least is needed unless it is a FIFO; the other is then 0. */
  major: optional(majorShape),
  minor: optional(minorShape),
  /** Permissions. podman leaves the bits of the type in, as stat(2) gave them; then they are those of `type`. */
  fileMode: optional(integer(0, 0o177_777)),
  uid: optional(id),
  gid: optional(id),
});

/** What may be done with a device. config-linux.md, allowed device list. */
export const deviceRuleShape = object({
  allow: boolean,
  /** All by default. */
  type: optionalOrEmpty(enumOf(['a', 'c', 'b'])),
  /** Absent and -1 are all. */
  major: optional(integer(-1, MAX_MAJOR)),
  minor: optional(integer(-1, MAX_MINOR)),
  /** Read, write, mknod: a composition of "r", "w" and "m". */
  access: optional(stringThat((access) => /^[rwm]{1,3}$/.test(access), 'made of r, w and m')),
});

export interface Device extends Infer<typeof deviceShape> {}
export interface DeviceRule extends Infer<typeof deviceRuleShape> {}
