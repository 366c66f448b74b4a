/** Has at most `most` of the acts that it is given run at a time, first come, first served. */
export function makeLimit(most: number): <T>(act: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (act) => {
    if (running === most) await new Promise<void>((go) => waiting.push(go));
    else running += 1;
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      // The place goes to the next one; nobody can take it in between.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/**
 * Waits until all have ended, well or not, and throws what the first of them to fail threw: so nothing goes on behind the
 * caller's back. `onFailure` is told at once, to end the others.
 */
export async function settleAll(
  acts: readonly Promise<unknown>[],
  onFailure: (error: unknown) => void,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await Promise.all(
    acts.map((act) =>
      act.catch((error: unknown) => {
        if (failure === undefined) onFailure(error);
        failure ??= { error };
      }),
    ),
  );
  if (failure !== undefined) throw failure.error;
}
