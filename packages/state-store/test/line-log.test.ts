import { appendFileSync, closeSync, readdirSync, statSync, truncateSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { appendLine, type LineLog, LineLogReader, openLineLog } from '../src/index.js';
import { makeFakeLocks, realLocks } from './fake-locks.js';
import { makeDirectory, makeStore } from './store-fixture.js';

function makeLog(t: ExecutionContext, options: Partial<LineLog> = {}): LineLog {
  const directory = makeDirectory(t);
  makeStore(t, directory);
  return { path: `${directory}/lines`, kernel: makeFakeLocks(), maxBytes: 100, maxFiles: 3, ...options };
}

function makeReader(t: ExecutionContext, { path }: LineLog): LineLogReader {
  const reader = new LineLogReader(path);
  t.teardown(() => reader.close());
  return reader;
}

function listFiles({ path }: LineLog): string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}`));
}

test('lines are read in their order, each once', (t) => {
  const log = makeLog(t);
  const reader = makeReader(t, log);
  t.deepEqual(reader.read(), []);
  appendLine(log, 'one\n');
  appendLine(log, 'two\n');
  t.deepEqual(reader.read(), [['one', 'two']]);
  t.deepEqual(reader.read(), [[]]);
  appendLine(log, 'three\n');
  t.deepEqual(reader.read(), [['three']]);
  t.is(statSync(log.path).mode & 0o777, 0o600);
});

test('half a line waits for its end', (t) => {
  const log = makeLog(t);
  const reader = makeReader(t, log);
  appendLine(log, 'on');
  t.deepEqual(reader.read(), [[]]);
  appendLine(log, 'e ✓\ntw');
  t.deepEqual(reader.read(), [['one ✓']]);
  appendLine(log, 'o\n');
  t.deepEqual(reader.read(), [['two']]);
});

test('a full file is rotated, the oldest go, and a reader loses nothing', (t) => {
  const log = makeLog(t, { kernel: realLocks });
  const reader = makeReader(t, log);
  const lines = Array.from({ length: 30 }, (_, number) => `line ${number} ${'x'.repeat(40)}`);
  const read = lines.flatMap((line) => {
    appendLine(log, `${line}\n`);
    return reader.read().flat();
  });
  t.deepEqual(read, lines);
  const kept = makeReader(t, log).read();
  t.deepEqual(kept.flat(), lines.slice(-kept.flat().length));
  t.is(kept.length, 3);
  t.deepEqual(listFiles(log), ['lines', 'lines.8', 'lines.9', 'lines.lock']);
});

test('a file stays as long as somebody may append to it', (t) => {
  const log = makeLog(t, { kernel: realLocks });
  const fd = openLineLog(log);
  for (let number = 0; number < 12; number++) appendLine(log, `${'x'.repeat(99)}\n`);
  t.true(listFiles(log).includes('lines.1'));
  writeSync(fd, 'late\n');
  t.deepEqual(makeReader(t, log).read()[0], ['x'.repeat(99), 'late']);
  closeSync(fd);
  for (let number = 0; number < 2; number++) appendLine(log, `${'x'.repeat(99)}\n`);
  t.false(listFiles(log).includes('lines.1'));
});

test('a line without an end is dropped, and so is what somebody cut off', (t) => {
  const log = makeLog(t, { maxBytes: 1 << 24 });
  const reader = makeReader(t, log);
  appendFileSync(log.path, 'y'.repeat(3 << 20));
  t.deepEqual(reader.read(), [[]]);
  appendLine(log, 'its end\nnext\n');
  t.deepEqual(reader.read(), [['next']]);
  truncateSync(log.path);
  appendLine(log, 'anew\n');
  t.deepEqual(reader.read(), [['anew']]);
});

test('what is no file is refused by its name', (t) => {
  const log = makeLog(t);
  const path = `${dirname(log.path)}/journal`;
  t.throws(() => appendLine({ ...log, path }, 'x\n'), {
    code: 'state-io',
    message: `failed to open "${path}": EISDIR illegal operation on a directory`,
  });
});

test('lines of many processes do not mix, nor get lost in rotations', async (t) => {
  const log = makeLog(t, { kernel: realLocks, maxBytes: 4000, maxFiles: 1000 });
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const writer = fileURLToPath(new URL('./fixtures/line-writer.js', import.meta.url));
  const [writers, count] = [4, 40];
  const names = Array.from({ length: writers }, (_, index) => `writer${index}`);
  await Promise.all(
    names.map((name) => promisify(execFile)(process.execPath, [writer, log.path, name, String(count)])),
  );
  const lines = makeReader(t, log).read().flat();
  t.is(lines.length, writers * count);
  for (const name of names) {
    t.deepEqual(
      lines.filter((line) => line.startsWith(`${name} `)),
      Array.from({ length: count }, (_, number) => `${name} ${number} ${name.repeat(10)}`),
    );
  }
});
