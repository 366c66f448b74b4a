import test from 'ava';
import { type EngineEvent, formatEventLine, parseEventLine } from '../../../src/engine/events/event-line.js';
import { subjectText } from '../../../src/engine/events/event-log.js';

const ID = 'ab'.repeat(32);
const EVENT: EngineEvent = {
  type: 'container',
  timeNano: 1_764_150_000_000_000_123n,
  id: ID,
  name: 'web',
  image: 'host',
  labels: { tier: 'a "b"\n' },
  action: 'die',
  attributes: { exitCode: '0' },
};

test('a line is one JSON object, and read back what was written', (t) => {
  const line = formatEventLine(EVENT);
  t.is(
    line,
    `{"timeNano":"1764150000000000123","id":"${ID}","name":"web","image":"host","labels":{"tier":"a \\"b\\"\\n"},"action":"die","attributes":{"exitCode":"0"}}\n`,
  );
  t.deepEqual(parseEventLine(line), EVENT);
});

test('what is no container says so', (t) => {
  const event: EngineEvent = { ...EVENT, type: 'volume', id: 'data', name: 'data', image: '', labels: {} };
  const line = formatEventLine(event);
  t.true(line.startsWith('{"timeNano":"1764150000000000123","type":"volume","id":"data",'), line);
  t.deepEqual(parseEventLine(line), event);
  t.is(parseEventLine(line.replace('"type":"volume"', '"type":"nope"')), undefined);
});

test('whoever writes lines by itself gets the part that stays the same', (t) => {
  const { id, name, image, labels } = EVENT;
  const text = subjectText({ id, name, record: { image, labels } });
  t.is(
    `{"timeNano":"1764150000000000123",${text},"action":"die","attributes":{"exitCode":"0"}}\n`,
    formatEventLine(EVENT),
  );
});

test('a line behind half a line is read, what is none is not', (t) => {
  const line = formatEventLine(EVENT);
  t.deepEqual(parseEventLine(line.slice(0, 99) + line), EVENT);
  const hostile = { ...EVENT, labels: { x: '{"timeNano":"1' } };
  t.deepEqual(parseEventLine(formatEventLine(hostile)), hostile);
  const wrong = [
    '',
    'hello',
    'null',
    line.slice(0, -3),
    '{"timeNano":"1"}',
    line.replace('"1764', '"-1764'),
    line.replace('"exitCode":"0"', '"exitCode":0'),
    line.replace('"name":"web"', '"name":null'),
    line.replace(/"labels":\{[^}]*\}/, '"labels":["a"]'),
  ];
  t.deepEqual(
    wrong.map((text) => parseEventLine(text)),
    wrong.map(() => undefined),
  );
});
