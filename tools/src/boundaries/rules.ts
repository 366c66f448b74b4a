import { readFileSync } from 'node:fs';

/** `tools/boundaries.json`: the table "may import" of docs/architecture.md, as data. */
export interface BoundaryRules {
  /** For each package those that it may import. A package that is not listed may not exist. */
  readonly mayImport: Readonly<Record<string, readonly string[]>>;
  /** Packages that are published as one file: what they import may be a devDependency. */
  readonly bundled: readonly string[];
  /** Files that may be longer than `maxLines`, by their path in the workspace, with the reason. */
  readonly longFiles: Readonly<Record<string, string>>;
}

export function readBoundaryRules(path: string): BoundaryRules {
  return JSON.parse(readFileSync(path, 'utf8')) as BoundaryRules;
}
