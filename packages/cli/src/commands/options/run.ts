import { COMMON_OPTIONS, EXPLAIN_OPTIONS } from './about.js';
import { CONTAINER_OPTIONS } from './container.js';
import { FILE_OPTIONS } from './files.js';
import { ISOLATION_OPTIONS } from './isolation.js';
import { LIFE_OPTIONS } from './life.js';
import { LIMIT_OPTIONS } from './limits.js';
import { LOG_OPTIONS } from './log.js';
import type { Option } from './option.js';
import { PROCESS_OPTIONS } from './process.js';

/** The flags of `mini run`. */
export const RUN_OPTIONS: readonly Option[] = [
  ...CONTAINER_OPTIONS,
  ...PROCESS_OPTIONS,
  ...LIFE_OPTIONS,
  ...FILE_OPTIONS,
  ...LIMIT_OPTIONS,
  ...ISOLATION_OPTIONS,
  ...LOG_OPTIONS,
  ...EXPLAIN_OPTIONS,
  ...COMMON_OPTIONS,
];
