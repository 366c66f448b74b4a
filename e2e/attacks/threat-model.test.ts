import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(`${repository}docs/threat-model.md`, 'utf8');
const rows = [...text.matchAll(/^\| (P-[A-Z]+-\d+) \| [^|]+ \| `([^`]+)` › (.+?) \|$/gm)].map(
  ([, id, file, title]) => ({ id: id!, file: file!, title: title! }),
);

test('every promise has an id of its own, and a test', (t) => {
  const promised = text.split('\n').filter((line) => line.startsWith('| P-'));
  t.is(rows.length, promised.length, 'a row has another form');
  t.true(rows.length > 20);
  t.is(new Set(rows.map(({ id }) => id)).size, rows.length);
});

for (const { id, file, title } of rows) {
  test(`${id}: the test that keeps it is there`, (t) => {
    const path = `${repository}${file}`;
    t.true(existsSync(path), file);
    // Titles may begin or end with what differs from case to case.
    t.true(readFileSync(path, 'utf8').replaceAll("\\'", "'").includes(title), title);
  });
}
