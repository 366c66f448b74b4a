import test from 'ava';
import { describeEvent, formatEventJson, toEventData } from '../../../src/commands/lists/event-row.js';
import { formatEach } from '../../../src/commands/lists/format-list.js';
import type { EngineEvent } from '../../../src/engine/events/event-line.js';

const ID = 'ab'.repeat(32);
const EVENT: EngineEvent = {
  type: 'container',
  timeNano: 1_764_150_000_123_456_789n,
  id: ID,
  name: 'web',
  image: 'host',
  labels: { tier: 'front' },
  action: 'die',
  attributes: { exitCode: '3' },
};

test('as a line of text', (t) => {
  t.is(
    describeEvent(EVENT, { isWhole: true }),
    `2025-11-26T09:40:00.123456789Z container die ${ID} (exitCode=3, image=host, name=web, tier=front)\n`,
  );
  t.is(
    describeEvent(EVENT, { isWhole: false }),
    '2025-11-26T09:40:00.123456789Z container die abababababab (exitCode=3, image=host, name=web, tier=front)\n',
  );
});

test('as JSON, with all digits of the time', (t) => {
  const attributes = '{"exitCode":"3","image":"host","name":"web","tier":"front"}';
  t.is(
    formatEventJson(EVENT),
    `{"status":"die","id":"${ID}","from":"host","Type":"container","Action":"die","Actor":{"ID":"${ID}","Attributes":${attributes}},"scope":"local","time":1764150000,"timeNano":1764150000123456789}\n`,
  );
});

test('in a template', (t) => {
  const data = toEventData(EVENT, { isWhole: false });
  t.is(
    formatEach(
      [data],
      '{{.Action}} {{.Actor.ID}} {{.Name}} {{.TimeNano}} {{index .Attributes "exitCode"}} {{json .Actor.Attributes}}',
    ),
    'die abababababab web 1764150000123456789 3 {"exitCode":"3","image":"host","name":"web","tier":"front"}\n',
  );
});

test('a volume has its name for an id, and no image', (t) => {
  const event: EngineEvent = {
    ...EVENT,
    type: 'volume',
    id: 'data-of-the-web',
    name: 'data-of-the-web',
    image: '',
    labels: {},
    action: 'mount',
    attributes: { container: ID, driver: 'local' },
  };
  t.is(
    describeEvent(event, { isWhole: false }),
    `2025-11-26T09:40:00.123456789Z volume mount data-of-the-web (container=${ID}, driver=local)\n`,
  );
  t.is(
    formatEventJson(event),
    `{"Type":"volume","Action":"mount","Actor":{"ID":"data-of-the-web","Attributes":{"container":"${ID}","driver":"local"}},"scope":"local","time":1764150000,"timeNano":1764150000123456789}\n`,
  );
});
