import fc from 'fast-check';
import { change, has, type Json, type Path, pathsOf, REMOVED } from '../../src/malformed/change.js';

type Mutation = (old: Json | undefined) => Json | typeof REMOVED;

/** Values at the edges of the types that the runtime-spec has, and of none. */
const EDGES: readonly Json[] = [
  null,
  true,
  '',
  'x',
  '/x',
  '../x',
  'a\0b',
  'é'.repeat(40),
  'A=B',
  '0-3,7',
  -1,
  0,
  0.5,
  1,
  7,
  511,
  512,
  1e3,
  65_535,
  65_536,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  -(2n ** 63n),
  -(2n ** 63n) - 1n,
  2n ** 64n - 1n,
  2n ** 64n,
  [],
  ['x'],
  [null],
  {},
  { x: 'y' },
  { '': 1 },
];

const replaced = fc.constantFrom(...EDGES).map(
  (edge): Mutation =>
    () =>
      edge,
);
const removed = fc.constant<Mutation>(() => REMOVED);
const respelled = fc.constantFrom<Mutation>(
  (old) => (typeof old === 'string' ? `${old}x` : (old ?? null)),
  (old) => (typeof old === 'string' ? old.toLowerCase() : (old ?? null)),
  (old) => (typeof old === 'number' ? old + 1 : (old ?? null)),
  (old) => (Array.isArray(old) ? [...old, ...old] : (old ?? null)),
  (old) => (Array.isArray(old) ? old.toReversed() : (old ?? null)),
  (old) => ({ ...(old as object), unknown: [1] }) as Json,
);

/** The value from another place of the document. */
function moved(document: Json, paths: readonly Path[]): fc.Arbitrary<Mutation> {
  return fc.constantFrom(...paths).map((path): Mutation => {
    let found = document;
    change(document, path, (old) => {
      found = old ?? null;
      return found;
    });
    return () => found;
  });
}

/** Documents like `document`, with one to three things changed. */
export function mutationsOf(document: Json): fc.Arbitrary<Json> {
  const paths = pathsOf(document);
  const mutation = fc.oneof(
    { weight: 5, arbitrary: replaced },
    { weight: 2, arbitrary: removed },
    { weight: 2, arbitrary: respelled },
    { weight: 1, arbitrary: moved(document, paths) },
  );
  const changes = fc.array(fc.tuple(fc.constantFrom(...paths), mutation), { minLength: 1, maxLength: 3 });
  return changes.map((list) =>
    list.reduce((changed, [path, mutate]) => {
      // An earlier change may have taken the place away.
      return has(changed, path) ? change(changed, path, mutate) : changed;
    }, document),
  );
}
