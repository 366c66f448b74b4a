import test from 'ava';
import fc from 'fast-check';
import { ExactReader } from '../../src/json/exact-reader.js';
import { formatJson, JsonProblem, MAX_DEPTH, MAX_DOCUMENT_BYTES, readJson } from '../../src/validation.js';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What `JSON.parse` would have made of it. */
function withDoubles(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDoubles(member)]));
}

test('the exact reader reads what JSON.parse reads', (t) => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      t.deepEqual(withDoubles(new ExactReader(text).read()), JSON.parse(text));
    }),
    { numRuns: 1_000 },
  );
});

test('the exact reader refuses what JSON.parse refuses', (t) => {
  const text = fc.string({ unit: fc.constantFrom(...'{}[]":,\\ue0-+.1atruefalsn \n\u0001') });
  fc.assert(
    fc.property(text, (candidate) => {
      let isJson = true;
      try {
        JSON.parse(candidate);
      } catch {
        isJson = false;
      }
      if (isJson) t.notThrows(() => new ExactReader(candidate).read());
      else t.throws(() => new ExactReader(candidate).read(), { instanceOf: JsonProblem });
    }),
    { numRuns: 2_000 },
  );
});

test('what is written is read back', (t) => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
      fc.array(tie('any')),
      fc.dictionary(fc.string(), tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(value, (document) => {
      const text = formatJson(document);
      t.is(formatJson(readJson(text)), text);
    }),
  );
});

test('what is undefined is written alike with a bigint beside it and without', (t) => {
  const document = { a: undefined, b: [undefined, 'c'], d: { e: undefined } };
  t.is(formatJson(document), '{"b":[null,"c"],"d":{}}');
  t.is(formatJson({ ...document, f: 2n ** 63n }), '{"b":[null,"c"],"d":{},"f":9223372036854775808}');
  t.is(formatJson(undefined), 'null');
});

test('digits are kept where a double would lose them', (t) => {
  t.deepEqual(readJson('[18446744073709551615, -9223372036854775808, 9007199254740993, 1e3, 1.0]'), [
    18446744073709551615n,
    -9223372036854775808n,
    9007199254740993n,
    1000,
    1,
  ]);
});

test('a number beyond all doubles is refused, however it is written', (t) => {
  const problem = (text: string) => t.throws(() => readJson(text), { instanceOf: JsonProblem }).message;
  t.is(problem(`[${'9'.repeat(400)}]`), 'the number is larger than any double at line 1, column 2');
  t.is(problem('{"a": -1e309}'), 'the number is larger than any double at line 1, column 7');
  t.is(problem('[1,\n0.5E+0999]'), 'the number is larger than any double at line 2, column 1');
  t.is(problem('1e1000'), 'the number is larger than any double at line 1, column 1');
  t.deepEqual(readJson('[1e308, 1e-999, "1e999", 1e-0]'), [1e308, 0, '1e999', 1]);
});

test('a name given twice is refused, however it is written', (t) => {
  const problem = (text: string) => t.throws(() => readJson(text), { instanceOf: JsonProblem }).message;
  t.is(problem('{"a":1,"a":1}'), 'the name "a" is given twice at line 1, column 8');
  t.is(problem('{"x":{"a":1,\n "\\u0061" : 1}}'), 'the name "a" is given twice at line 2, column 2');
  t.is(problem('{"__proto__":1,"__proto__":1}'), 'the name "__proto__" is given twice at line 1, column 16');
  t.deepEqual(readJson('{"a":"\\":","b":"b\\":"}'), { a: '":', b: 'b":' });
});

test('a member may be called __proto__, and changes nothing else', (t) => {
  const document = readJson('{"__proto__":{"x":1},"n":18446744073709551615}') as object;
  t.deepEqual(Object.keys(document), ['__proto__', 'n']);
  t.is((document as { x?: unknown }).x, undefined);
});

test('depth has a bound, the same for both ways of reading', (t) => {
  t.notThrows(() => readJson(nested(MAX_DEPTH)));
  t.notThrows(() => new ExactReader(nested(MAX_DEPTH)).read());
  const expected = {
    instanceOf: JsonProblem,
    message: 'objects and arrays are nested deeper than 100 at line 1, column 101',
  };
  t.throws(() => readJson(nested(MAX_DEPTH + 1)), expected);
  t.throws(() => readJson(nested(10_000)), expected);
  t.throws(() => readJson('['.repeat(100_000)), expected);
});

test('size has a bound, and a string may fill it', (t) => {
  t.throws(() => readJson(' '.repeat(MAX_DOCUMENT_BYTES + 1)), {
    instanceOf: JsonProblem,
    message: 'it has more than 4194304 bytes',
  });
  const plain = `"${'a'.repeat(MAX_DOCUMENT_BYTES - 2)}"`;
  const escaped = `"${'\\n'.repeat((MAX_DOCUMENT_BYTES - 2) / 2)}"`;
  t.is((new ExactReader(plain).read() as string).length, MAX_DOCUMENT_BYTES - 2);
  t.is((new ExactReader(escaped).read() as string).length, (MAX_DOCUMENT_BYTES - 2) / 2);
  t.throws(() => readJson(escaped.slice(0, -1)), { instanceOf: JsonProblem });
});

test('bytes must be UTF-8, without a byte order mark', (t) => {
  t.deepEqual(readJson(Buffer.from('{"a":"ä"}')), { a: 'ä' });
  t.throws(() => readJson(Buffer.from([0x22, 0xff, 0x22])), { message: 'it is not UTF-8' });
  t.throws(() => readJson(Buffer.from('\ufeff{}')), { message: 'a value is expected at line 1, column 1' });
});
