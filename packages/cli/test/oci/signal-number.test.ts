import test from 'ava';
import { parseSignal } from '../../src/oci/signal-number.js';

test('signals by number and by name, with the prefix and without', (t) => {
  for (const text of ['9', 'KILL', 'SIGKILL', 'sigkill']) t.is(parseSignal(text), 9);
  t.is(parseSignal('RTMIN+3'), 37);
  t.is(parseSignal('SIGRTMAX-1'), 63);
  t.is(parseSignal('0'), 0);
  t.is(parseSignal('cld'), 17);
  t.is(parseSignal(''), 15);
});

test('what is no signal is refused', (t) => {
  for (const text of ['FOO', '65', '-1', '1e1', 'RTMIN+']) {
    t.throws(() => parseSignal(text), {
      message: `failed to read the command line: unknown signal "${text}"`,
    });
  }
});
