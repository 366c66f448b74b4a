import type { Step } from './step-table.js';

/** How a field travels: a 64-bit number, a string, a list of strings, a list of numbers, or raw bytes. */
export type FieldType = 'number' | 'string' | 'strings' | 'numbers' | 'bytes';

export interface StepDefinition {
  /** Number of the operation on the wire; never reused. */
  readonly op: number;
  /** What the step does, for `--explain`, the docs and the header: an English verb phrase. */
  readonly does: string;
  /** Verb of the error sentence: `failed to <verb> …`. */
  readonly verb: string;
  readonly fields: Readonly<Record<string, FieldType>>;
}

interface FieldValue {
  readonly number: number | bigint;
  readonly string: string;
  readonly strings: readonly string[];
  readonly numbers: readonly (number | bigint)[];
  readonly bytes: Uint8Array;
}

type FieldsOf<Definition extends StepDefinition> = {
  readonly [Field in keyof Definition['fields']]: FieldValue[Definition['fields'][Field] & FieldType];
};

/** A record of any of the steps in a table: `{op: 'mount', fstype: 'proc', …}`. */
export type StepOf<Table extends Record<string, StepDefinition>> = {
  [Name in keyof Table]: { readonly op: Name } & FieldsOf<Table[Name]> & StepOptions;
}[keyof Table];

/** What every step may carry beside its fields. */
export interface StepOptions {
  /** The field of the Spec (or the option) this step comes from; stays in TypeScript, for the error sentence. */
  readonly origin?: string;
  /** Names of errnos that do not stop the Plan; at most eight. */
  readonly tolerates?: readonly string[];
  /** Run this step instead when the first one failed with a tolerated errno. */
  readonly otherwise?: Step;
}
