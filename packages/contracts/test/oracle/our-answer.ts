import { isRuntimeError } from '../../src/index.js';
import {
  type Problem,
  parseFeatures,
  parseProcess,
  parseResources,
  parseSpec,
  parseState,
} from '../../src/validation.js';
import type { DocumentKind } from './published-schemas.js';

const PARSERS: Readonly<Record<DocumentKind, (text: string | Uint8Array) => unknown>> = {
  config: parseSpec,
  process: parseProcess,
  resources: parseResources,
  state: parseState,
  features: parseFeatures,
};

/** A problem with its place as JSON Pointer has it: `/linux/namespaces/0/type`. */
export interface PlacedProblem extends Problem {
  readonly place: string;
}

const SEGMENT = /\.?([A-Za-z0-9]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;

function placeOf(field: string): string {
  return [...field.matchAll(SEGMENT)]
    .map(([, name, index, key]) => name ?? index ?? (JSON.parse(key!) as string))
    .map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

/** What we say about a document: its problems, all of them. Throws what is not our own error. */
export function askOurs(kind: DocumentKind, text: string | Uint8Array): PlacedProblem[] {
  try {
    PARSERS[kind](text);
    return [];
  } catch (error) {
    if (!isRuntimeError(error) || error.code !== 'invalid-spec') throw error;
    const problems = (error.context.problems as Problem[] | undefined) ?? [
      { field: '', reason: error.message },
    ];
    return problems.map((problem) => ({ ...problem, place: placeOf(problem.field) }));
  }
}
