import { type LogsRequest, visitLogs } from '../engine/logs/logs.js';
import type { Arguments } from './command-line/read-arguments.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { parseInteger } from './parse/number.js';
import { parseTimeMs } from './parse/time.js';
import { plainCommand } from './plain-command.js';
import { LogWriter, ReaderGone, TimestampWriter } from './write-log.js';

export const OPTIONS = withCommon(
  flag('-f, --follow', 'Go on with what comes, until the container has ended'),
  value('-n, --tail', 'NUMBER', 'Only the last lines', 'all'),
  value('--since', 'TIME', 'Only what was written since then, such as 10m or 2026-01-31T10:00:00Z'),
  value('--until', 'TIME', 'Only what was written until then'),
  flag('-t, --timestamps', 'Show when each line was written'),
  flag('--details', 'Show what --log-opt added to lines; there are no such options yet'),
);

/** `mini logs`: what went to stdout comes from stdout, what went to stderr from stderr. */
export const runCommand = plainCommand({
  name: 'logs',
  options: OPTIONS,
  operands: { least: 1, most: 1, called: 'the container' },
  async perform(given) {
    const plain = new LogWriter();
    const writer = given.has('timestamps') ? new TimestampWriter(plain) : plain;
    try {
      const walk = visitLogs(given.operands[0]!, readRequest(given), (part) => writer.write(part));
      for await (const isPaused of walk) if (isPaused) writer.flush();
    } catch (error) {
      if (!(error instanceof ReaderGone)) throw error;
    }
    return 0;
  },
});

function readRequest(given: Arguments): LogsRequest {
  const now = Date.now();
  const tail = given.parse('tail', parseTail);
  const sinceMs = given.parse('since', (text) => parseTimeMs(text, now));
  const untilMs = given.parse('until', (text) => parseTimeMs(text, now));
  return {
    follow: given.has('follow'),
    ...(tail === undefined ? {} : { tail }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

/** As in docker, `all` and any negative number are no limit. */
function parseTail(text: string): number | undefined {
  if (text === 'all' || /^-\d+$/.test(text)) return undefined;
  return parseInteger(text, { least: 0 });
}
