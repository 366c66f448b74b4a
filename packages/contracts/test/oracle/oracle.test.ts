import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { change, type Json, REMOVED } from '../../src/malformed/change.js';
import { formatJson } from '../../src/validation.js';
import { DOCUMENTS } from '../support/full-documents.js';
import { mutationsOf } from '../support/mutations.js';
import type { Difference } from './difference.js';
import { LOOSER, STRICTER } from './differences.js';
import { askOurs } from './our-answer.js';
import { askSchemas, type DocumentKind, SCHEMAS } from './published-schemas.js';

const FIXED_SEED = 20_261_126;

const isStricter =
  (place: string, reason: string) =>
  ({ place: places, reason: reasons }: Difference) =>
    places.test(place) && reasons?.test(reason) === true;

/** What one of the two answers has and the other has not: place by place, with the differences that allow it. */
function compare(kind: DocumentKind, text: string): { what: string; allowedBy: Difference[] }[] {
  const theirs = askSchemas(kind, JSON.parse(text));
  const ours = askOurs(kind, text);
  return [
    ...ours
      .filter(({ place }) => !theirs.includes(place))
      .map(({ place, reason }) => ({
        what: `only we refuse ${place}: ${reason}`,
        allowedBy: STRICTER.filter(isStricter(place, reason)),
      })),
    ...theirs
      .filter((place) => !ours.some((problem) => problem.place === place))
      .map((place) => ({
        what: `only the schemas refuse ${place}`,
        allowedBy: LOOSER.filter((difference) => difference.place.test(place)),
      })),
  ];
}

function listSurprises(kind: DocumentKind, text: string): string[] {
  return compare(kind, text)
    .filter(({ allowedBy }) => allowedBy.length === 0)
    .map(({ what }) => what);
}

for (const kind of ['config', 'state', 'features'] as const) {
  for (const verdict of ['good', 'bad']) {
    const directory = `${SCHEMAS}/test/${kind}/${verdict}`;
    let files: string[] = [];
    try {
      files = readdirSync(directory);
    } catch {
      // Not every kind has samples of both.
    }
    for (const file of files) {
      test(`the ${verdict} sample ${file} of ${kind} is judged as the schemas judge it`, (t) => {
        const text = readFileSync(`${directory}/${file}`, 'utf8');
        if (file === 'invalid-json.json') {
          t.throws(() => JSON.parse(text));
          t.true(askOurs(kind, text).length > 0);
          return;
        }
        t.is(askSchemas(kind, JSON.parse(text)).length === 0, verdict === 'good');
        t.deepEqual(listSurprises(kind, text), []);
      });
    }
  }
}

for (const [kind, document] of Object.entries(DOCUMENTS) as [DocumentKind, Json][]) {
  test(`the full document of ${kind} is good`, (t) => {
    const text = formatJson(document);
    t.deepEqual(askOurs(kind, text), []);
    t.deepEqual(compare(kind, text), []);
  });

  for (const [name, options] of [
    ['a fixed seed', { seed: FIXED_SEED, numRuns: 1_500 }],
    ['a new seed', { numRuns: 500 }],
  ] as const) {
    test(`changed documents of ${kind} are judged as the schemas judge them: ${name}`, (t) => {
      fc.assert(
        fc.property(mutationsOf(document), (changed) => {
          t.deepEqual(listSurprises(kind, formatJson(changed)), []);
        }),
        options,
      );
    });
  }
}

for (const difference of [...STRICTER, ...LOOSER]) {
  const [kind, path, value] = difference.example;
  test(`the difference is there, and there for one reason: ${difference.why}`, (t) => {
    const changed = change(DOCUMENTS[kind], path, () => (value === undefined ? REMOVED : value));
    const found = compare(kind, formatJson(changed)).filter(({ allowedBy }) =>
      allowedBy.includes(difference),
    );
    t.true(found.length > 0, 'the entry is stale');
  });
}
