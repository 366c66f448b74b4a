import type { MeantDifference } from './compare.js';

/** The whole list of what may differ between the sides. Whatever else does, the benchmark fails. */
export const MEANT_DIFFERENCES: readonly MeantDifference[] = [];
