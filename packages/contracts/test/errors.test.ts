import test from 'ava';
import { describeErrno, errnoOf, isRuntimeError, RuntimeError, reasonOf } from '../src/index.js';

test('errnos are described by name and text', (t) => {
  t.is(describeErrno(1), 'EPERM operation not permitted');
  t.is(describeErrno(errnoOf('ENOENT')), 'ENOENT no such file or directory');
  t.is(describeErrno(errnoOf('ENOEXEC')), 'ENOEXEC exec format error');
  t.is(describeErrno(3008), 'EAI_NONAME unknown node or service');
  t.is(describeErrno(999), 'errno 999');
  t.throws(() => errnoOf('ENOTHING'), { message: 'unknown errno "ENOTHING"' });
});

test('a clean-up failure stands beside the first error', (t) => {
  const first = new RuntimeError({ code: 'x', message: 'failed to a: b', context: { errno: 1 } });
  const second = new Error('failed to c: d');
  t.is(first.withCleanup([]), first);
  const both = first.withCleanup([second]);
  t.is(both.message, first.message);
  t.deepEqual(both.context.cleanup, [second]);
  t.is(both.context.errno, 1);
});

test('reasons are taken from errnos of Node, sentences of our own errors, and anything else', (t) => {
  t.is(reasonOf(Object.assign(new Error('ENOENT: …'), { errno: -2 })), 'ENOENT no such file or directory');
  t.is(reasonOf(new RuntimeError({ code: 'x', message: 'failed to a: b', context: {} })), 'failed to a: b');
  t.is(reasonOf('odd'), 'odd');
  t.true(isRuntimeError(new RuntimeError({ code: 'x', message: 'm' })));
  t.false(isRuntimeError(new Error('m')));
});
