import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Json } from '../../src/malformed/change.js';
import { MALFORMED_DOCUMENTS } from '../../src/malformed/malformed-documents.js';
import { formatJson } from '../../src/validation.js';
import { type DocumentKind, SCHEMAS } from '../oracle/published-schemas.js';
import { DOCUMENTS } from '../support/full-documents.js';
import { mutationsOf } from '../support/mutations.js';

/** What a document is read as, and its bytes. */
export interface Input {
  readonly kind: DocumentKind;
  readonly bytes: Uint8Array;
}

const LONGEST = 16 * 1024;
/** Tokens that a JSON reader may stumble over. */
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u0000',
  '-',
  '0',
  '1e9',
  '18446744073709551616',
  'null',
  '\0',
  ' ',
];

/** Every good and bad document there is: what bytes are changed of. */
export function listSeeds(): Input[] {
  const samples = (['config', 'state', 'features'] as const).flatMap((kind) =>
    readdirSync(`${SCHEMAS}/test/${kind}`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json'))
      .map((file) => ({ kind, bytes: readFileSync(`${SCHEMAS}/test/${kind}/${file}`) })),
  );
  const malformed = MALFORMED_DOCUMENTS.filter(({ source }) => source.length <= LONGEST).map(
    ({ source }) => ({
      kind: 'config' as const,
      bytes: Buffer.from(source),
    }),
  );
  const full = Object.entries(DOCUMENTS).map(([kind, document]) => ({
    kind: kind as DocumentKind,
    bytes: Buffer.from(formatJson(document)),
  }));
  return [...samples, ...malformed, ...full];
}

/** Documents with members changed: they get past the reader. */
function changedDocuments(): fc.Arbitrary<Input> {
  const kinds = Object.entries(DOCUMENTS) as [DocumentKind, Json][];
  const spaces = fc.constantFrom(0, 2, undefined);
  return fc.oneof(
    ...kinds.map(([kind, document]) =>
      fc.tuple(mutationsOf(document), spaces).map(([changed, space]) => {
        const text = formatJson(changed);
        const spaced = space === undefined ? text : text.replaceAll(/([,:])"/g, `$1${' '.repeat(space)}"`);
        return { kind, bytes: Buffer.from(spaced) };
      }),
    ),
  );
}

/** Cuts `bytes` at two places and puts something else between them. */
function splice(bytes: Uint8Array, at: number, length: number, replacement: Uint8Array): Uint8Array {
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), replacement, bytes.subarray(start + length)]).subarray(
    0,
    LONGEST,
  );
}

/** A short member is given twice: the next one after `at` that can be. */
function doubleMember(bytes: Uint8Array, at: number): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const member = /"[A-Za-z]+"\s*:\s*(?:"[^"\\]*"|\d+|true|false),/g;
  member.lastIndex = at % (text.length + 1);
  const found = member.exec(text);
  return found === null ? bytes : splice(bytes, found.index, 0, Buffer.from(found[0], 'latin1'));
}

/** Documents with bytes changed: they try the reader. */
function changedBytes(seeds: readonly Input[]): fc.Arbitrary<Input> {
  const seed = fc.constantFrom(...seeds);
  const piece = fc.oneof(
    fc.constantFrom(...TOKENS).map((token) => Buffer.from(token)),
    fc.uint8Array({ maxLength: 4 }),
    fc.tuple(seed, fc.nat(), fc.nat(200)).map(([{ bytes }, at, length]) => {
      const start = at % (bytes.length + 1);
      return bytes.subarray(start, start + length);
    }),
  );
  const cut = fc.tuple(fc.nat(), fc.oneof(fc.constant(0), fc.nat(3), fc.nat(300)), piece);
  const spliced = fc
    .tuple(seed, fc.array(cut, { minLength: 1, maxLength: 4 }))
    .map(([{ kind, bytes }, cuts]) => ({
      kind,
      bytes: cuts.reduce((changed, [at, length, between]) => splice(changed, at, length, between), bytes),
    }));
  const doubled = fc
    .tuple(seed, fc.nat())
    .map(([{ kind, bytes }, at]) => ({ kind, bytes: doubleMember(bytes, at) }));
  return fc.oneof({ weight: 9, arbitrary: spliced }, { weight: 1, arbitrary: doubled });
}

/** Both kinds of change, half and half. */
export function inputsFrom(seeds: readonly Input[]): fc.Arbitrary<Input> {
  return fc.oneof(changedDocuments(), changedBytes(seeds));
}
