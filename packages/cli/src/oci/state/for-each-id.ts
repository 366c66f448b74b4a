import type { Given } from '../command-line/read-flags.js';

/** Does it with the container of the first operand, or with `--regex` with every one whose id matches it. */
export async function forEachId(
  given: Given,
  root: string,
  act: (id: string) => void | Promise<void>,
): Promise<void> {
  const [id = ''] = given.operands;
  if (given.is('regex')) await (await import('./list-ids.js')).forEachMatching(root, id, act);
  else await act(id);
}
