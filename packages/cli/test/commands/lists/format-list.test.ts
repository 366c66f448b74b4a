import test from 'ava';
import { alignColumns } from '../../../src/commands/lists/align-columns.js';
import { formatEach, formatList } from '../../../src/commands/lists/format-list.js';

const shape = {
  headings: { ID: 'CONTAINER ID', Names: 'NAMES', Label: (name: unknown) => String(name) },
  table: 'table {{.ID}}\t{{.Names}}',
};
const rows = [
  { ID: 'a1', Names: 'web', Label: (name: unknown) => `${name}1` },
  { ID: () => 'b2', Names: 'a_very_long_name', Label: (name: unknown) => `${name}2` },
];

test('without a format it is a table with headings', (t) => {
  const table = 'CONTAINER ID   NAMES\na1             web\nb2             a_very_long_name\n';
  for (const format of [undefined, '', 'table']) t.is(formatList(shape, rows, format), table);
  t.is(formatList(shape, [], undefined), 'CONTAINER ID   NAMES\n');
});

test('json is one object a line, without what needs an argument', (t) => {
  t.is(
    formatList(shape, rows, 'json'),
    '{"ID":"a1","Names":"web"}\n{"ID":"b2","Names":"a_very_long_name"}\n',
  );
  t.is(formatList(shape, [], 'json'), '');
});

test('a template is a line each, and table before it makes columns', (t) => {
  t.is(formatList(shape, rows, '{{.ID}}\\t{{.Label "x"}}'), 'a1\tx1\nb2\tx2\n');
  t.is(
    formatList(shape, rows, 'table {{.Names}}\\t{{.Label "x"}}'),
    'NAMES              x\nweb                x1\na_very_long_name   x2\n',
  );
  t.is(formatList(shape, rows, '{{json .}}').split('\n')[1], '{"ID":"b2","Names":"a_very_long_name"}');
});

test('a mistake in a template shows even when there is nothing to list', (t) => {
  const error = t.throws(() => formatList(shape, [], '{{.Foo}}'));
  t.is(error?.message, 'failed to parse --format "{{.Foo}}": there is no field "Foo"');
  t.is(t.throws(() => formatEach([], '{{'))?.message, 'failed to parse --format "{{": a "{{" is not closed');
});

test('columns are ten wide at least, three apart, and the last is not padded', (t) => {
  t.is(alignColumns(['A\tB', 'a\tb']), 'A         B\na         b\n');
  t.is(alignColumns(['12345678901\tB\tC']), '12345678901   B         C\n');
  t.is(alignColumns(['A\tB'], { least: 20, gap: 3 }), `${'A'.padEnd(20)}B\n`);
  t.is(alignColumns([]), '');
});
