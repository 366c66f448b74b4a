import { readdirSync } from 'node:fs';
import { reasonOf } from '@mini/contracts';
import { ociError, usageError } from '../oci-error.js';

/** The ids of all containers, sorted. Throws `RuntimeError` `container-corrupt` where the root directory is none. */
export function listIds(root: string): string[] {
  try {
    const entries = readdirSync(root, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw ociError('container-corrupt', `failed to read the directory "${root}": ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Does the same with every container whose id has a part that matches, as crun's `--regex`, whatever happens to the
 * others, and throws the first failure then. Throws `RuntimeError` `usage` for a pattern that is none.
 */
export async function forEachMatching(
  root: string,
  pattern: string,
  act: (id: string) => void | Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const expression = readPattern(pattern);
  for (const id of listIds(root).filter((each) => expression.test(each))) {
    try {
      await act(id);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function readPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw usageError(`"${text}" is no regular expression: ${reasonOf(error)}`);
  }
}
