/** What has to be undone when a start fails: a stack, so that the last thing made is the first to go. */
export class Cleanup {
  readonly #undo: (() => void)[] = [];

  add(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Forgets everything: it belongs to a container that lives on. */
  discard(): void {
    this.#undo.length = 0;
  }

  /** Undoes everything, also when one part fails; returns the failures, to be shown beside the first error. */
  run(): Error[] {
    const failures: Error[] = [];
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        undo();
      } catch (error) {
        failures.push(error as Error);
      }
    }
    return failures;
  }
}
