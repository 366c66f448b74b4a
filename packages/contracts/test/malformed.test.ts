import test from 'ava';
import { BASE_DOCUMENT, MALFORMED_DOCUMENTS } from '../src/malformed/malformed-documents.js';
import { formatJson, parseSpec } from '../src/validation.js';

test('the document that is changed is good', (t) => {
  t.deepEqual(parseSpec(formatJson(BASE_DOCUMENT)).warnings, []);
});

test('the table is as wide as it is meant to be, and names nothing twice', (t) => {
  const fields = MALFORMED_DOCUMENTS.flatMap(({ message }) =>
    [...message.matchAll(/ \(([a-zA-Z][^\s()]*)\)(?:;|$)/g)].map(([, field]) =>
      field!.replaceAll(/\[[^\]]*\]/g, ''),
    ),
  );
  t.true(MALFORMED_DOCUMENTS.length >= 150);
  t.true(new Set(fields).size >= 60);
  t.is(new Set(MALFORMED_DOCUMENTS.map(({ name }) => name)).size, MALFORMED_DOCUMENTS.length);
});

for (const { name, source, message } of MALFORMED_DOCUMENTS) {
  test(`refused: ${JSON.stringify(name.slice(0, 200))}`, (t) => {
    t.throws(() => parseSpec(source), { name: 'RuntimeError', code: 'invalid-spec', message });
  });
}
