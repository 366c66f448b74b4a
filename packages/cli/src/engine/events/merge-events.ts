import type { EngineEvent } from './event-line.js';

/**
 * Several lists as one: by time between the lists, but never against the order within one, in which the events were
 * written: the machine's clock may have been set back meanwhile.
 */
export function mergeEvents(lists: readonly (readonly EngineEvent[])[]): EngineEvent[] {
  const full = lists.filter(({ length }) => length > 0);
  if (full.length <= 1) return [...(full[0] ?? [])];
  const next = full.map(() => 0);
  const merged: EngineEvent[] = [];
  for (;;) {
    let first: EngineEvent | undefined;
    let from = -1;
    for (const [index, list] of full.entries()) {
      const event = list[next[index]!];
      if (event === undefined || (first !== undefined && event.timeNano >= first.timeNano)) continue;
      first = event;
      from = index;
    }
    if (first === undefined) return merged;
    merged.push(first);
    next[from]! += 1;
  }
}
