import { SECCOMP_FLAGS } from '@mini/contracts/validation';
import test from 'ava';
import { loadLibrary } from '../src/library.js';
import { selectSupportedFlags } from '../src/supported-flags.js';

test('a flag that no kernel has is not known, those of the first kernels that have seccomp(2) are', (t) => {
  const { knowsFlags } = loadLibrary();
  t.false(knowsFlags(2 ** 31));
  t.true(knowsFlags(0));
  t.true(knowsFlags(1));
});

test('the flags that this kernel takes are named, in their order', (t) => {
  const supported = selectSupportedFlags(SECCOMP_FLAGS);
  t.deepEqual(
    supported,
    SECCOMP_FLAGS.filter((flag) => supported.includes(flag)),
  );
  // Older than anything that mini runs on: Linux 4.14 and 4.17.
  t.true(supported.includes('SECCOMP_FILTER_FLAG_LOG'));
  t.true(supported.includes('SECCOMP_FILTER_FLAG_SPEC_ALLOW'));
});
