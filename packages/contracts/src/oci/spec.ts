/**
 * The OCI runtime Spec, the inner language of mini: what `mini run` builds and a bundle's config.json holds.
 * Source: opencontainers/runtime-spec 1.3, config.md and config-linux.md; the texts there define each field. What they
 * have for other platforms (`solaris`, `windows`, `vm`, `zos`, `freebsd`) is ignored like any other unknown member.
 */
import { array, map } from '../describe/collections.js';
import { boolean, string, text } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { hooksShape } from './hooks.js';
import { type Linux, linuxShape } from './linux.js';
import { mountShape } from './mounts.js';
import { processShape } from './process.js';
import { nonEmpty } from './strings.js';

export const annotationsShape = map(nonEmpty, text);

export const rootShape = object({
  /** Absolute, or relative to the bundle. */
  path: nonEmpty,
  readonly: optional(boolean),
});

export const specShape = object({
  /** SemVer of the runtime-spec. */
  ociVersion: string,
  root: rootShape,
  process: processShape,
  /** At most 64 bytes, as `domainname`. */
  hostname: optional(string),
  domainname: optional(string),
  mounts: optional(array(mountShape)),
  hooks: optional(hooksShape),
  annotations: optional(annotationsShape),
  linux: optional(linuxShape),
});

export interface Root extends Infer<typeof rootShape> {}
/** `linux` is always there, if only with an empty list of namespaces. */
export interface Spec extends Infer<typeof specShape> {
  readonly linux: Linux;
}
