import type { Flag } from './command-line/flag.js';
import type { Given } from './command-line/read-flags.js';
import type { OciContext } from './context.js';

/** A command of mini-oci: its own file has nothing else to say. */
export interface OciCommand {
  readonly flags: readonly Flag[];
  /** What its help tells beyond what it is for, in lines. */
  readonly detail?: string;
  /** How many operands; beyond `stopAt` of them all words belong to the last one, as a command line does. */
  readonly operands: { readonly least: number; readonly most: number; readonly stopAt?: number };
  /** Exit code when it fails; 1 unless told. */
  readonly failureCode?: number;
  /** The exit code; throws `RuntimeError`. */
  perform(given: Given, context: OciContext): Promise<number> | number;
}
