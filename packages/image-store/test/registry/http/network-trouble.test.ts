import test from 'ava';
import { networkTrouble } from '../../../src/registry/http/network-trouble.js';

const reasonOf = (code: string, errno: number) =>
  (networkTrouble(Object.assign(new Error('what'), { code, errno }), 'host', { stallMs: 1 }) as Error)
    .message;

test('a name that is not found is told alike by the numbers of Node and of Bun', (t) => {
  for (const errno of [-3008, 4]) {
    t.is(reasonOf('ENOTFOUND', errno), '"host" cannot be reached: EAI_NONAME unknown node or service');
  }
  t.is(reasonOf('EAI_AGAIN', 4), '"host" cannot be reached: EAI_AGAIN temporary failure');
  t.is(reasonOf('ECONNREFUSED', -111), '"host" cannot be reached: ECONNREFUSED connection refused');
});
