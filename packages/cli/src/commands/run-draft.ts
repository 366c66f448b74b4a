import type { Resources } from '@mini/contracts';
import type { HealthCheck, RunOptions } from '../engine/run-options.js';

/** What flags and a configuration file say about the `mini run` itself rather than about the container. */
export interface RunSettings {
  readonly config?: string;
  readonly explain?: boolean;
  readonly format?: 'json';
  readonly quiet?: boolean;
  readonly sigProxy?: boolean;
  readonly image?: string;
  readonly detach?: boolean;
  readonly log?: LogSettings;
  readonly health?: HealthSettings;
  /** The bytes that the keys send. */
  readonly detachKeys?: Uint8Array;
}

/** What each `--health-…` says. */
export interface HealthSettings extends Partial<Omit<HealthCheck, 'command'>> {
  /** A line of shell. */
  readonly command?: string;
  readonly isOff?: boolean;
}

/** What `--log-driver` and each `--log-opt` say. */
export interface LogSettings {
  readonly driver?: 'file' | 'none';
  readonly maxBytes?: number;
  readonly maxFiles?: number;
}

/** The part of a container's description that one flag or one key of a configuration file gives. */
export type RunDraft = { readonly [Key in keyof Omit<RunOptions, 'resources'>]?: RunOptions[Key] } & {
  readonly resources?: Resources;
  readonly settings?: RunSettings;
};

/** What the value parsers may know of the world; tests hand in their own. */
export interface ParseContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws as `fs.readFileSync`. */
  readFile(path: string): Uint8Array;
  /** Throws as `fs.statSync`. */
  stat(path: string): { readonly rdev: number; isBlockDevice(): boolean };
}

/** A later draft replaces these as a whole; lists grow and objects are merged otherwise. */
const REPLACED = new Set(['command', 'entrypoint', 'root', 'seccomp']);

/** Lays `later` over `earlier`: scalars are replaced, objects merged, lists appended. */
export function mergeDrafts(earlier: RunDraft, later: RunDraft): RunDraft {
  return mergeObjects(earlier as Plain, later as Plain) as RunDraft;
}

type Plain = Readonly<Record<string, unknown>>;

function mergeObjects(earlier: Plain, later: Plain): Plain {
  const merged = new Map(Object.entries(earlier));
  for (const [key, value] of Object.entries(later)) {
    if (value === undefined) continue;
    merged.set(key, REPLACED.has(key) ? value : mergeValues(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function mergeValues(earlier: unknown, later: unknown): unknown {
  if (Array.isArray(earlier) && Array.isArray(later)) return [...earlier, ...later];
  if (isPlain(earlier) && isPlain(later)) return mergeObjects(earlier, later);
  return later;
}

function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false;
  return !Array.isArray(value);
}
