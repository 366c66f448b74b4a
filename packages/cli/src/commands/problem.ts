import { RuntimeError } from '@mini/contracts';

/** Why a value cannot be accepted: the `<reason>` of a message. Thrown by value parsers, caught by `collect`. */
export class Problem extends Error {
  readonly hint: string | undefined;
  /** The `<verb>` of the message. */
  readonly verb: string;

  constructor(reason: string, { hint, verb = 'parse' }: { hint?: string; verb?: string } = {}) {
    super(reason);
    this.hint = hint;
    this.verb = verb;
  }
}

/** One complete sentence about one bad value. */
export interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Runs `parse`; a `Problem` it throws is noted in `failures` as one about `subject`, and `undefined` comes back. */
export function collect<T>(failures: Failure[], subject: string, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    failures.push({ message: `failed to ${error.verb} ${subject}: ${error.message}`, hint: error.hint });
    return undefined;
  }
}

/** Throws one `RuntimeError` `bad-option` that says all of `failures`, a line each; nothing when there are none. */
export function throwFailures(failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  const hints = [...new Set(failures.flatMap(({ hint }) => hint ?? []))];
  throw new RuntimeError({
    code: 'bad-option',
    message: failures.map(({ message }) => message).join('\n'),
    context: hints.length === 0 ? {} : { hint: hints.join('; ') },
  });
}

/** A value as messages show it: double-quoted, control characters written as `\xNN`. */
export function quote(value: string): string {
  const hide = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  // All but these are control characters. Not `\p{Cc}`, for whose tables every start would wait.
  return `"${value.replace(/[^ -~\u00a0-\uffff]/g, hide)}"`;
}
