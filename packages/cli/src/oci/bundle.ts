import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { reasonOf, type Spec } from '@mini/contracts';
import { ociError } from './oci-error.js';

/** A bundle: a directory with a configuration and, as a rule, a root. Source: OCI runtime-spec, bundle.md. */
export interface Bundle {
  readonly path: string;
  readonly spec: Spec;
  /** Absolute path of the root. */
  readonly rootfs: string;
}

/** Reads a bundle. Throws `RuntimeError` `bad-bundle`. */
export function readBundle(directory: string, configFile?: string): Bundle {
  const path = resolve(directory);
  const spec = parseConfig(resolve(configFile ?? join(path, 'config.json')));
  if (typeof spec !== 'object' || spec === null || spec.root === undefined || spec.process === undefined) {
    throw ociError(
      'bad-bundle',
      `failed to read the configuration of "${path}": "root" or "process" is missing`,
    );
  }
  return {
    path,
    spec: { ...spec, linux: spec.linux ?? { namespaces: [] } },
    rootfs: resolve(path, spec.root.path),
  };
}

function parseConfig(file: string): Spec {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw ociError('bad-bundle', `failed to read "${file}": ${reasonOf(error)}`, { cause: error });
  }
  try {
    return JSON.parse(text) as Spec;
  } catch (error) {
    throw ociError('bad-bundle', `failed to read "${file}": it is not JSON: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
