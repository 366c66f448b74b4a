import type { EngineEvent } from '../engine/events/event-line.js';
import { type EventsRequest, events } from '../engine/events/events.js';
import type { Arguments } from './command-line/read-arguments.js';
import { describeEvent, formatEventJson, toEventData } from './lists/event-row.js';
import { formatEach } from './lists/format-list.js';
import { flag, list, value, withCommon } from './options/plain-option.js';
import { parseFilter } from './parse/filter.js';
import { parseBoolean } from './parse/number.js';
import { parseTimeMs } from './parse/time.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  list(
    '-f, --filter',
    'KEY=VALUE',
    'Only those to which this applies: container, event, image, label, type, volume',
  ),
  value('--format', 'FORMAT', 'json, or a template such as {{.Action}} {{.Name}}'),
  value('--since', 'TIME', 'What happened since then too, such as 10m or 2026-01-31T10:00:00Z'),
  value('--until', 'TIME', 'What happened until then; end when it is that time'),
  { ...flag('--no-trunc', 'Whole ids'), default: true },
  { ...flag('--stream', 'Go on with what comes; off: what has happened so far'), default: true },
);

/** `mini events`: goes on until it is interrupted, or it is the time of `--until`. */
export const runCommand = plainCommand({
  name: 'events',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  async perform(given, io) {
    const show = readFormat(given);
    for await (const event of events(readRequest(given))) {
      // Who has read enough of them lets us go.
      if (io.writeOut(show(event)) === false) break;
    }
    return 0;
  },
});

function readRequest(given: Arguments): EventsRequest {
  const now = Date.now();
  const sinceMs = given.parse('since', (text) => parseTimeMs(text, now));
  const untilMs = given.parse('until', (text) => parseTimeMs(text, now));
  return {
    follow: given.parse('stream', parseBoolean) ?? true,
    filters: given.parseAll('filter', parseFilter),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

const EXAMPLE: EngineEvent = {
  timeNano: 0n,
  type: 'container',
  id: '',
  name: '',
  image: '',
  labels: {},
  action: '',
  attributes: {},
};

function readFormat(given: Arguments): (event: EngineEvent) => string {
  const format = given.get('format');
  const options = { isWhole: given.parse('no-trunc', parseBoolean) ?? true };
  if (format === undefined || format === '') return (event) => describeEvent(event, options);
  if (format === 'json') return formatEventJson;
  const show = (event: EngineEvent) => formatEach([toEventData(event, options)], format);
  // A mistake must show at once, not when something happens.
  show(EXAMPLE);
  return show;
}
