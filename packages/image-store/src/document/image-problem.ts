import { isRuntimeError } from '@mini/contracts';
import { type ImageStoreErrorCode, imageStoreError } from '../errors.js';
import { RegistryTrouble, registryError } from '../registry/registry-error.js';

/** What is wrong with an image: the `<reason>` of a message. Who knows the name of the image makes it a sentence. */
export class ImageProblem extends Error {
  constructor(
    reason: string,
    readonly code: ImageStoreErrorCode = 'bad-image',
  ) {
    super(reason);
  }
}

/** Runs `act`; a problem that it finds becomes `failed to <object>: <reason>`. Other errors go on as they are. */
export async function explainingProblems<T>(object: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explainProblem(object, error);
  }
}

/** The sentence of a problem; anything else comes back as it is. */
export function explainProblem(object: string, error: unknown): unknown {
  if (error instanceof ImageProblem)
    return imageStoreError(error.code, `failed to ${object}: ${error.message}`);
  if (error instanceof RegistryTrouble)
    return registryError(error.code, `failed to ${object}: ${error.message}`);
  // What a blob or an archive is refused for names no image: say which it was part of.
  if (!isRuntimeError(error) || !REFUSALS.has(error.code)) return error;
  if (error.message.startsWith(`failed to ${object}: `)) return error;
  return imageStoreError(error.code as ImageStoreErrorCode, `failed to ${object}: ${error.message}`, {
    cause: error,
    context: error.context,
  });
}

const REFUSALS = new Set<string>([
  'bad-archive',
  'bad-digest',
  'blob-mismatch',
  'blob-missing',
  'outside-root',
  'store-io',
  'too-large',
  'unpack-failed',
] satisfies ImageStoreErrorCode[]);
