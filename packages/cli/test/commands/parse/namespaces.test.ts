import test from 'ava';
import { parseNamespaceMode, parseNetwork } from '../../../src/commands/parse/namespaces.js';

test('networks that exist yet', (t) => {
  t.is(parseNetwork('none'), 'none');
  t.is(parseNetwork('host'), 'host');
  for (const text of ['', 'bridge', 'container:x', 'my-net', 'HOST']) {
    t.throws(() => parseNetwork(text), { message: 'only "none" and "host" are supported yet' });
  }
});

test('a namespace is private or the host one', (t) => {
  t.is(parseNamespaceMode('private'), 'private');
  t.is(parseNamespaceMode('host'), 'host');
  for (const text of ['', 'shareable', 'container:x']) {
    t.throws(() => parseNamespaceMode(text), { message: 'only "private" and "host" are supported yet' });
  }
});
