import { type ErrorContext, isRuntimeError, RuntimeError, reasonOf } from '@mini/contracts';

/** Codes of the errors that this package throws. */
export type ImageStoreErrorCode =
  /** A tar stream breaks the format, is cut, or claims what nobody can mean. */
  | 'bad-archive'
  /** An entry cannot be written as tar. */
  | 'bad-entry'
  /** A file of a tree cannot be read. */
  | 'pack-failed'
  /** A file cannot be made, or stands in the way. */
  | 'unpack-failed'
  /** An entry's path leads out of the directory that is unpacked into. */
  | 'outside-root'
  /** A digest is not of the form that can be used. */
  | 'bad-digest'
  /** A manifest, index or config is not of the form that it has to have, or asks for what nobody may. */
  | 'bad-image'
  /** A layer is larger than any can be meant to be. */
  | 'too-large'
  /** A blob is not what its descriptor says: another digest, another size. */
  | 'blob-mismatch'
  /** The store does not hold a blob. */
  | 'blob-missing'
  | 'no-such-image'
  /** Several images are called like that. */
  | 'ambiguous-image'
  /** A file call of the store failed: no space, no rights. */
  | 'store-io'
  /** Another process holds what is needed for too long. */
  | 'store-busy';

export function imageStoreError(
  code: ImageStoreErrorCode,
  message: string,
  options: { cause?: unknown; context?: ErrorContext } = {},
): RuntimeError<ImageStoreErrorCode> {
  return new RuntimeError({ code, message, ...options });
}

/** `offset` is where in the stream the header in question begins, in bytes. */
export function badArchive(offset: number, reason: string): RuntimeError<ImageStoreErrorCode> {
  return imageStoreError(
    'bad-archive',
    `failed to read the tar stream: the header at byte ${offset} ${reason}`,
    {
      context: { offset },
    },
  );
}

/** Text of a hostile header as messages show it: quoted, short, control characters written as `\xNN`. */
export function quoteText(text: string): string {
  const hide = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  const short = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return `"${short.replace(/\p{Cc}/gu, hide)}"`;
}

/** Makes what the file system says a sentence: `failed to <object>: <reason>`. Errors of ours stay as they are. */
export function explained(code: ImageStoreErrorCode, object: string, error: unknown): unknown {
  if (isRuntimeError(error) && error.code !== 'kernel') return error;
  if (!isRuntimeError(error) && typeof (error as NodeJS.ErrnoException).errno !== 'number') return error;
  // The Kernel's sentences end with the reason.
  const reason = reasonOf(error).replace(/^.*: (?=E[A-Z0-9]+ )/s, '');
  return imageStoreError(code, `failed to ${object}: ${reason}`, { cause: error });
}

/** Has what an act throws explained. */
export function explaining<T>(code: ImageStoreErrorCode, object: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw explained(code, object, error);
  }
}
