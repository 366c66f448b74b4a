import type { LockKernel } from './locks.js';
import type { Validate } from './record-file.js';
import type { StorePaths } from './store-paths.js';

/** What all operations of one store share. */
export interface StoreContext<R> {
  readonly paths: StorePaths;
  readonly kernel: LockKernel;
  readonly validate: Validate<R>;
  readonly isDurable: boolean;
  readonly removeTree: (path: string) => void;
  readonly summarize?: ((record: R) => unknown) | undefined;
}
