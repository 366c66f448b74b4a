import test from 'ava';
import { formatNanoTime } from '../../src/commands/lists/nano-time.js';
import { LogWriter, TimestampWriter } from '../../src/commands/write-log.js';
import type { LogPart } from '../../src/engine/logs/log-scanner.js';

/** A writer that keeps what it is given. */
class KeptWriter extends LogWriter {
  text = '';
  override write({ stream, buffer, from, to }: LogPart): void {
    this.text += `${stream === 2 ? '!' : ''}${buffer.toString('latin1', from, to)}`;
  }
}

function part(stream: number, text: string, timeNs = 0n): LogPart {
  const buffer = Buffer.from(`xx${text}yy\n`);
  const [timeLow, timeHigh] = [Number(timeNs & 0xffffffffn), Number(timeNs >> 32n)];
  return { stream, timeLow, timeHigh, buffer, from: 2, to: 2 + text.length, file: 0, offset: 0, frame: 0 };
}

test('a time has nine digits of the second', (t) => {
  t.is(formatNanoTime(1_795_311_611_069_636_492n), '2026-11-22T01:40:11.069636492Z');
  t.is(formatNanoTime(0n), '1970-01-01T00:00:00.000000000Z');
});

test('each line has the time of its first piece, of each stream for itself', (t) => {
  const kept = new KeptWriter();
  const writer = new TimestampWriter(kept);
  writer.write(part(1, 'a\nb', 1n));
  writer.write(part(2, 'E', 2n));
  writer.write(part(1, 'c\n', 3n));
  writer.write(part(2, '\n', 4n));
  writer.write(part(1, 'd', 5n));
  const at = (ns: number) => `1970-01-01T00:00:00.00000000${ns}Z `;
  t.is(kept.text, `${at(1)}a\n${at(1)}b!${at(2)}!Ec\n!\n${at(5)}d`);
});
