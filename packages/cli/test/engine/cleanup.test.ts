import test from 'ava';
import { Cleanup } from '../../src/engine/cleanup.js';

test('the last thing made is the first to go, and a failure stops nothing', (t) => {
  const order: string[] = [];
  const undo = new Cleanup();
  undo.add(() => order.push('first'));
  undo.add(() => {
    throw new Error('stuck');
  });
  undo.add(() => order.push('last'));
  t.deepEqual(
    undo.run().map(({ message }) => message),
    ['stuck'],
  );
  t.deepEqual(order, ['last', 'first']);
  t.deepEqual(undo.run(), []);
});

test('what is discarded stays', (t) => {
  const undo = new Cleanup();
  undo.add(() => t.fail());
  undo.discard();
  t.deepEqual(undo.run(), []);
});
