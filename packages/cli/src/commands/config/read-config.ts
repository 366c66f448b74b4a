import { dirname } from 'node:path';
import { describeReason } from '../parse/file.js';
import { collect, type Failure, Problem, quote } from '../problem.js';
import type { ParseContext, RunDraft } from '../run-draft.js';
import { draftConfig } from './draft-config.js';

/**
 * What a configuration file says, YAML or (named `….json`) JSON; docs/config-file.md describes it. Relative paths in
 * it are relative to its directory. All that is wrong with it is noted in `failures`, a sentence each.
 */
export async function readConfigFile(
  path: string,
  context: ParseContext,
  failures: Failure[],
): Promise<RunDraft> {
  const subject = `the configuration ${quote(path)}`;
  const text = collect(failures, subject, () => readText(path, context));
  if (text === undefined) return {};
  const parseYaml = path.endsWith('.json') ? undefined : (await import('./parse-yaml.js')).parseYaml;
  const value = collect(failures, subject, () => (parseYaml ?? parseJson)(text));
  if (value === undefined) return {};
  const found: Failure[] = [];
  const draft = draftConfig(value, { ...context, cwd: dirname(path) }, found);
  failures.push(
    ...found.map(({ message, hint }) => ({ message: `failed to read ${subject}: ${message}`, hint })),
  );
  return draft;
}

function readText(path: string, context: ParseContext): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(context.readFile(path));
  } catch (error) {
    const isEncoding = error instanceof TypeError;
    throw new Problem(isEncoding ? 'it is not UTF-8 text' : describeReason(error), { verb: 'read' });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem((error as Error).message, { verb: 'read' });
  }
}
