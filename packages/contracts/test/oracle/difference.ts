import type { Json, Path } from '../../src/malformed/change.js';
import type { DocumentKind } from './published-schemas.js';

/** Where our answer and that of the published schemas differ on purpose. */
export interface Difference {
  /** Why ours is right. */
  readonly why: string;
  /** The place in the document, as JSON Pointer. */
  readonly place: RegExp;
  /** Our reason where we refuse; absent where the schemas refuse and we do not. */
  readonly reason?: RegExp;
  /** One change of the full document that shows the difference: an entry that no longer does is stale. */
  readonly example: readonly [kind: DocumentKind, path: Path, value: Json | undefined];
}
