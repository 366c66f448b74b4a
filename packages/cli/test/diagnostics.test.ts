import { RuntimeError } from '@mini/contracts';
import test from 'ava';
import { createDiagnostics, type DiagnosticsOptions } from '../src/diagnostics.js';

function record(options: Omit<DiagnosticsOptions, 'write' | 'now'> = {}) {
  const written: string[] = [];
  const now = () => new Date('2026-01-02T03:04:05.678Z');
  return { written, log: createDiagnostics({ ...options, now, write: (text) => void written.push(text) }) };
}

const failure = new RuntimeError({
  code: 'no-root',
  message: 'failed to open "/x": ENOENT no such file or directory',
  context: { hint: 'make it', cleanup: [new Error('failed to remove "/y": EBUSY device or resource busy')] },
});

test('text: an error is its sentence, what else failed, and the hint last', (t) => {
  const { written, log } = record();
  log.error(failure);
  t.deepEqual(written, [
    'failed to open "/x": ENOENT no such file or directory\nalso: failed to remove "/y": EBUSY device or resource busy\nhint: make it\n',
  ]);
});

test('json: an error is one line with code, hint and clean-up', (t) => {
  const { written, log } = record({ format: 'json' });
  log.error(failure);
  t.is(written.length, 1);
  t.deepEqual(JSON.parse(written[0]!), {
    level: 'error',
    msg: 'failed to open "/x": ENOENT no such file or directory',
    time: '2026-01-02T03:04:05.678Z',
    code: 'no-root',
    hint: 'make it',
    cleanup: ['failed to remove "/y": EBUSY device or resource busy'],
  });
  t.true(written[0]!.endsWith('}\n'));
});

test('json: a message has level, msg and time alone', (t) => {
  const { written, log } = record({ format: 'json', level: 'debug' });
  log.debug('one\ntwo');
  t.deepEqual(written, ['{"level":"debug","msg":"one\\ntwo","time":"2026-01-02T03:04:05.678Z"}\n']);
});

const shown: readonly [DiagnosticsOptions['level'], string][] = [
  ['debug', 'd\ni\nw\nfailed\n'],
  ['info', 'i\nw\nfailed\n'],
  [undefined, 'w\nfailed\n'],
  ['error', 'failed\n'],
];
for (const [level, expected] of shown) {
  test(`level ${level ?? 'by default'}`, (t) => {
    const { written, log } = record(level === undefined ? {} : { level });
    log.debug('d');
    log.info('i');
    log.warn('w');
    log.error(new RuntimeError({ code: 'x', message: 'failed' }));
    t.is(written.join(''), expected);
  });
}

test('anything but a RuntimeError is called a bug, with its stack', (t) => {
  const { written, log } = record();
  log.error(new TypeError('oh'));
  t.regex(written[0]!, /^failed to go on: this is a bug in mini: TypeError: oh\n {4}at /);
  log.error('text');
  t.is(written[1], 'failed to go on: this is a bug in mini: text\n');
});

test('what the machine has run out of is no bug', (t) => {
  const { written, log } = record();
  const thrown = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', errno: -24 });
  log.error(Object.assign(thrown, { syscall: 'open', path: '/x' }));
  t.deepEqual(written, ['failed to open "/x": EMFILE too many open files\n']);
});
