import type { Scenario } from './line.js';
import { ATTACH_SCENARIOS } from './lines-attach.js';
import { COPY_SCENARIOS } from './lines-copy.js';
import { EXEC_SCENARIOS } from './lines-exec.js';
import { IMAGE_SCENARIOS } from './lines-image.js';
import { LIFE_SCENARIOS } from './lines-life.js';
import { LIMIT_SCENARIOS } from './lines-limits.js';
import { LIST_SCENARIOS } from './lines-list.js';
import { RUN_SCENARIOS } from './lines-run.js';
import { VOLUME_SCENARIOS } from './lines-volume.js';

/** All lines, of whatever test file. */
export const ALL_SCENARIOS: readonly Scenario[] = [
  ...RUN_SCENARIOS,
  ...LIMIT_SCENARIOS,
  ...LIFE_SCENARIOS,
  ...EXEC_SCENARIOS,
  ...ATTACH_SCENARIOS,
  ...COPY_SCENARIOS,
  ...LIST_SCENARIOS,
  ...VOLUME_SCENARIOS,
  ...IMAGE_SCENARIOS,
];
