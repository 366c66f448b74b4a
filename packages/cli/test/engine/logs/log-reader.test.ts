import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { walkLog } from '../../../src/engine/logs/follow-log.js';
import { type LogRange, LogReader } from '../../../src/engine/logs/log-reader.js';

/** One frame as the monitor writes it. */
function frame(stream: 1 | 2, text: string | Buffer, timeMs = 1_000): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(24);
  header.writeBigInt64LE(BigInt(timeMs) * 1_000_000n, 0);
  header.writeBigInt64LE(BigInt(stream), 8);
  header.writeBigInt64LE(BigInt(bytes.length), 16);
  return Buffer.concat([header, bytes]);
}

function directoryWith(t: ExecutionContext, files: Readonly<Record<string, readonly Buffer[]>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'mini-log-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  for (const [name, frames] of Object.entries(files))
    writeFileSync(join(directory, name), Buffer.concat(frames));
  return directory;
}

/** All of a log: stdout and stderr, and both in their order. */
function read(directory: string, range: LogRange = {}) {
  const reader = new LogReader(directory, range);
  const [out, err, both]: Buffer[][] = [[], [], []];
  while (!reader.hasReadAll()) {
    const more = reader.step(({ stream, buffer, from, to }) => {
      const bytes = Buffer.from(buffer.subarray(from, to));
      (stream === 2 ? err : out)!.push(bytes);
      both!.push(bytes);
    });
    if (!more) break;
  }
  reader.close();
  const [stdout, stderr, all] = [out, err, both].map((list) => Buffer.concat(list!).toString('latin1'));
  return { stdout, stderr, all };
}

test('the oldest file first, streams apart, bytes as they were', (t) => {
  const binary = Buffer.from([0, 255, 10, 128, 13]);
  const directory = directoryWith(t, {
    'log.2': [frame(1, 'one\n')],
    'log.1': [frame(2, 'two\n'), frame(1, '')],
    log: [frame(1, binary), frame(2, 'end')],
  });
  t.deepEqual(read(directory), {
    stdout: `one\n${binary.toString('latin1')}`,
    stderr: 'two\nend',
    all: `one\ntwo\n${binary.toString('latin1')}end`,
  });
});

test('a log of many buffers, with frames across their borders', (t) => {
  const pieces = Array.from(
    { length: 4_000 },
    (_, index) => `${index}:${'x'.repeat((index * 37) % 3_000)}\n`,
  );
  const directory = directoryWith(t, {
    log: pieces.map((piece, index) => frame(index % 3 === 0 ? 2 : 1, piece)),
  });
  t.is(read(directory).all, pieces.join(''));
  t.is(read(directory, { tail: 2_500 }).all, pieces.slice(-2_500).join(''));
});

test('what a monitor left incomplete at the end is left out', (t) => {
  const torn = frame(1, 'torn').subarray(0, 10);
  const directory = directoryWith(t, { 'log.1': [frame(1, 'a\n'), torn], log: [frame(1, 'b\n'), torn] });
  t.is(read(directory).all, 'a\nb\n');
  t.is(read(directory, { tail: 2 }).all, 'a\nb\n');
});

test('what is no frame is an error that says where', (t) => {
  const directory = directoryWith(t, { log: [frame(1, 'a\n'), Buffer.alloc(64, 0xff)] });
  t.is(
    t.throws(() => read(directory))?.message,
    'failed to read the log: it is damaged at byte 26 of a file',
  );
});

const tails: readonly (readonly [lines: number, text: string])[] = [
  [0, ''],
  [1, 'rest'],
  [2, 'd\nrest'],
  [3, 'E2\nd\nrest'],
  [4, 'c\nE2\nd\nrest'],
  [5, 'b\nc\nE2\nd\nrest'],
  [6, 'E1\nb\nc\nE2\nd\nrest'],
  [7, 'a\nE1\nb\nc\nE2\nd\nrest'],
  [99, 'a\nE1\nb\nc\nE2\nd\nrest'],
];
for (const [lines, text] of tails) {
  test(`the last ${lines} lines of both streams`, (t) => {
    const directory = directoryWith(t, {
      'log.1': [frame(1, 'a\n'), frame(2, 'E1\n'), frame(1, 'b\nc\n')],
      log: [frame(2, 'E2\n'), frame(1, 'd\nre'), frame(1, 'st')],
    });
    t.is(read(directory, { tail: lines }).all, text);
  });
}

test('a line that began earlier, and was interrupted by the other stream, is whole', (t) => {
  const directory = directoryWith(t, {
    log: [frame(1, 'old\n'), frame(1, 'be'), frame(2, 'E1\n'), frame(2, 'E2\n'), frame(1, 'gin\n')],
  });
  t.deepEqual(read(directory, { tail: 1 }), { stdout: 'begin\n', stderr: '', all: 'begin\n' });
  t.deepEqual(read(directory, { tail: 2 }), { stdout: 'begin\n', stderr: 'E2\n', all: 'beE2\ngin\n' });
});

test('since and until, also for the last lines', (t) => {
  const directory = directoryWith(t, {
    log: [frame(1, 'a\n', 1_000), frame(1, 'b\n', 2_000), frame(1, 'c\n', 3_000)],
  });
  t.is(read(directory, { sinceMs: 2_000 }).all, 'b\nc\n');
  t.is(read(directory, { untilMs: 2_000 }).all, 'a\nb\n');
  t.is(read(directory, { untilMs: 2_000, tail: 1 }).all, 'b\n');
  t.is(read(directory, { sinceMs: 4_000, tail: 9 }).all, '');
});

test('without a log there is nothing', (t) => {
  const reader = new LogReader(directoryWith(t, {}));
  t.false(reader.hasFiles());
  t.false(reader.step(() => t.fail()));
});

test('following goes across rotations, loses nothing, and ends with the container', async (t) => {
  const directory = directoryWith(t, { log: [frame(1, 'a\n')] });
  const path = (name: string) => join(directory, name);
  const rotate = () => {
    rmSync(path('log.2'), { force: true });
    for (const [from, to] of [
      ['log.1', 'log.2'],
      ['log', 'log.1'],
    ]) {
      try {
        renameSync(path(from!), path(to!));
      } catch {
        // Not there yet.
      }
    }
  };
  const acts = [
    () => appendFileSync(path('log'), frame(1, 'b\n')),
    () => {
      appendFileSync(path('log'), frame(1, 'c\n'));
      rotate();
      writeFileSync(path('log'), frame(1, 'd\n'));
      rotate();
      writeFileSync(path('log'), frame(2, 'e\n'));
    },
    () => appendFileSync(path('log'), Buffer.concat([frame(1, 'f\n'), frame(1, 'g').subarray(0, 5)])),
    () => {
      rotate();
      writeFileSync(path('log'), frame(1, 'h\n'));
    },
  ];
  const reader = new LogReader(directory);
  let text = '';
  const isRunning = () => acts.length > 0;
  const walk = walkLog(
    reader,
    ({ buffer, from, to }) => {
      text += buffer.toString('latin1', from, to);
    },
    { directory, isRunning },
  );
  for await (const isPaused of walk) if (isPaused) acts.shift()?.();
  reader.close();
  t.is(text, 'a\nb\nc\nd\ne\nf\nh\n');
});

test('following ends when it is aborted', async (t) => {
  const directory = directoryWith(t, { log: [frame(1, 'a\n')] });
  const controller = new AbortController();
  const reader = new LogReader(directory);
  let visits = 0;
  const follow = { directory, isRunning: () => true, signal: controller.signal };
  for await (const isPaused of walkLog(reader, () => visits++, follow)) if (isPaused) controller.abort();
  reader.close();
  t.is(visits, 1);
});
