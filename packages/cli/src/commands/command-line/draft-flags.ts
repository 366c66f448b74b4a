import { labelOf, type Option } from '../options/option.js';
import { parseBoolean } from '../parse/number.js';
import { collect, type Failure, quote } from '../problem.js';
import { mergeDrafts, type ParseContext, type RunDraft } from '../run-draft.js';
import type { FlagValues } from './parse-flags.js';

/** What the flags say, in the order of the option table. Bad values are noted in `failures`, each in a sentence. */
export function draftFlags(
  options: readonly Option[],
  values: FlagValues,
  context: ParseContext,
  failures: Failure[],
): RunDraft {
  let draft: RunDraft = {};
  for (const option of options) {
    for (const value of [values.get(option.name) ?? []].flat()) {
      const parsed = collect(failures, `${labelOf(option)} ${quote(value)}`, () =>
        option.kind === 'boolean' ? option.parse(parseBoolean(value)) : option.parse(value, context),
      );
      if (parsed !== undefined) draft = mergeDrafts(draft, parsed);
    }
  }
  return draft;
}
