import { createHash, randomBytes } from 'node:crypto';
import test from 'ava';
import { HashThread } from '../../src/layer/hash-thread.js';

for (const sizes of [
  [],
  [1],
  [300_000, 5, 0, 2_000_000],
  Array.from({ length: 100 }, (_, at) => at * 1000),
]) {
  test(`the digest of pieces of ${sizes.slice(0, 4).join(', ')} bytes is that of their sum`, async (t) => {
    const hash = new HashThread();
    const whole = createHash('sha256');
    try {
      for (const size of sizes) {
        const bytes = randomBytes(size);
        whole.update(bytes);
        await hash.update(bytes);
        // They are ours again.
        bytes.fill(0);
      }
      t.is(await hash.digest(), whole.digest('hex'));
    } finally {
      await hash.close();
    }
  });
}
