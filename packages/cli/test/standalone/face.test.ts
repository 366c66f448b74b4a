import test from 'ava';
import { chooseFace } from '../../src/standalone/face.js';

test('the name chooses the command', (t) => {
  t.deepEqual(chooseFace('mini-oci', ['state', 'x']), { face: 'mini-oci', words: ['state', 'x'] });
  t.deepEqual(chooseFace('/opt/mini-oci', []), { face: 'mini-oci', words: [] });
  t.deepEqual(chooseFace('./mini', ['ps']), { face: 'mini', words: ['ps'] });
  t.deepEqual(chooseFace('anything', ['ps']), { face: 'mini', words: ['ps'] });
});

test('so does the first word, which then is no other one of them', (t) => {
  t.deepEqual(chooseFace('mini', ['mini-oci', 'state', 'x']), { face: 'mini-oci', words: ['state', 'x'] });
  t.deepEqual(chooseFace('mini', ['run', 'mini-oci']), { face: 'mini', words: ['run', 'mini-oci'] });
  t.deepEqual(chooseFace('mini-oci', ['mini-oci']), { face: 'mini-oci', words: ['mini-oci'] });
});
