import { HELPER_FD, type NamespaceType, type Spec } from '@mini/contracts';

/** Numbers in the helper of the descriptors that are passed to it for a Spec. */
export interface PassedFds {
  /** Files of the namespaces that are joined. */
  readonly namespaces: ReadonlyMap<NamespaceType, number>;
  /** The container's root, cloned by the parent. */
  readonly root?: number;
  /** Trees that the parent has cloned, by the index of the mount. */
  readonly binds: ReadonlyMap<number, number>;
  /** The state for `createContainer` and for `startContainer` hooks, which the parent writes before they run. */
  readonly createState?: number;
  readonly startState?: number;
  /** The socket on which a created process waits. */
  readonly start?: number;
  readonly preserved?: { readonly from: number; readonly count: number };
}

/** What there is to pass beside what the Spec says. */
export interface PassedRequest {
  /** The parent clones the root: where the helper will have no rights over it. */
  readonly root: boolean;
  readonly binds: readonly number[];
  readonly waits: boolean;
  readonly preservedCount: number;
}

/**
 * Numbers what is passed, from `HELPER_FD.first` on, in the order of the members of `PassedFds`: namespaces in the order
 * of the Spec, binds in theirs. What the command keeps comes last.
 */
export function assignPassedFds(
  spec: Spec,
  { root, binds, waits, preservedCount }: PassedRequest,
): PassedFds {
  let next: number = HELPER_FD.first;
  const { createContainer = [], startContainer = [] } = spec.hooks ?? {};
  const joined = spec.linux.namespaces.filter(({ path }) => path !== undefined);
  return {
    namespaces: new Map(joined.map(({ type }) => [type, next++])),
    ...(root ? { root: next++ } : {}),
    binds: new Map(binds.map((index) => [index, next++])),
    ...(createContainer.length > 0 ? { createState: next++ } : {}),
    ...(startContainer.length > 0 ? { startState: next++ } : {}),
    ...(waits ? { start: next++ } : {}),
    ...(preservedCount > 0 ? { preserved: { from: next, count: preservedCount } } : {}),
  };
}
