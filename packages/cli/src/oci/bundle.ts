import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf, type Spec } from '@mini/contracts';
import { parseSpec } from '@mini/contracts/validation';
import type { Log } from './log.js';
import { ociError } from './oci-error.js';

/** A bundle: a directory with a configuration and, as a rule, a root. Source: OCI runtime-spec, bundle.md. */
export interface Bundle {
  readonly path: string;
  readonly spec: Spec;
  /** Absolute path of the root. */
  readonly rootfs: string;
}

/** Reads and checks a bundle. Throws `RuntimeError`: `bad-bundle`, `invalid-spec`, which names every bad field. */
export function readBundle(directory: string, configFile: string | undefined, log: Log): Bundle {
  const path = resolve(directory);
  const name = resolve(configFile ?? join(path, 'config.json'));
  const { spec, warnings } = parseSpec(readDocument(name), { name });
  for (const warning of warnings) log.warn(warning);
  return { path, spec, rootfs: resolve(path, spec.root.path) };
}

/** The bytes of a document that the caller names; `-` is stdin. Throws `RuntimeError` `bad-bundle`. */
export function readDocument(path: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw ociError('bad-bundle', `failed to read "${path}": ${reasonOf(error)}`, { cause: error });
  }
}
