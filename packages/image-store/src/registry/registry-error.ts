import { type ErrorContext, RuntimeError } from '@mini/contracts';
import { quoteText } from '../errors.js';

/** Codes of the errors of this folder. */
export type RegistryErrorCode =
  /** The text is no name of an image. */
  | 'bad-reference'
  /** The text is no platform. */
  | 'bad-platform'
  /** A configuration or credentials file breaks its format, or a credential helper failed. */
  | 'bad-registry-config'
  /** The administrator blocked the registry. */
  | 'blocked'
  /** The registry cannot be reached, or stopped answering. */
  | 'unreachable'
  /** The registry refuses this user. */
  | 'denied'
  /** The registry has no such repository, tag or manifest. */
  | 'no-such-image'
  /** The image is there, but not for the platform. */
  | 'no-such-platform'
  /** What the registry sent breaks the protocol, or its digest or size. */
  | 'bad-answer'
  /** The registry says that it failed. */
  | 'registry-failed';

/** Why talking to a registry failed: the `<reason>` of a message. Who knows the reference makes it a sentence. */
export class RegistryTrouble extends Error {
  readonly code: RegistryErrorCode;
  readonly hint: string | undefined;
  /** Of the registry's answer, if it gave one. */
  readonly status: number | undefined;

  constructor(
    code: RegistryErrorCode,
    reason: string,
    options: { hint?: string; cause?: unknown; status?: number } = {},
  ) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status;
  }
}

export function registryError(
  code: RegistryErrorCode,
  message: string,
  options: { cause?: unknown; context?: ErrorContext } = {},
): RuntimeError<RegistryErrorCode> {
  return new RuntimeError({ code, message, ...options });
}

/** Does `act`, and makes of the trouble it has: `failed to <verb> "<object>": <reason>`. Other errors go on as they are. */
export async function explainingTrouble<T>(
  verb: string,
  object: string,
  act: () => Promise<T> | T,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explainTrouble(verb, object, error);
  }
}

/** The sentence of a trouble; anything else comes back as it is. */
export function explainTrouble(verb: string, object: string, error: unknown): unknown {
  if (!(error instanceof RegistryTrouble)) return error;
  return registryError(error.code, `failed to ${verb} ${quoteText(object)}: ${error.message}`, {
    cause: error.cause,
    context: error.hint === undefined ? {} : { hint: error.hint },
  });
}
