import type { SeccompFlag } from '@mini/contracts';
import { flagBit, LISTENER_FLAGS, NEW_LISTENER } from './actions.js';
import { loadLibrary } from './library.js';

/** Those of the flags that this kernel takes too. Throws `RuntimeError` `library-missing`. Source: seccomp(2). */
export function selectSupportedFlags(flags: readonly SeccompFlag[]): SeccompFlag[] {
  const { knowsFlags } = loadLibrary();
  return flags.filter((flag) => {
    const bit = flagBit(flag);
    return bit !== undefined && knowsFlags((bit & LISTENER_FLAGS) === 0 ? bit : bit | NEW_LISTENER);
  });
}
