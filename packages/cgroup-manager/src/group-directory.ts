import type { Hierarchy } from './layout.js';

/** The group's directory in one tree. */
export interface GroupDirectory {
  readonly hierarchy: Hierarchy;
  readonly directory: string;
}
