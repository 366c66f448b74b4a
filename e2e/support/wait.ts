import { setTimeout as sleep } from 'node:timers/promises';

/** Under emulation programs run ten times as slowly. */
const PATIENCE_MS = process.env.MINI_VM === '1' ? 300_000 : 30_000;
const STEP_MS = 20;

/** Asks again and again until the answer is something; for what another process does at its own speed. Throws when it never is. */
export async function waitFor<T>(what: string, ask: () => T | undefined | false): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    if (waitedMs > PATIENCE_MS) throw new Error(`waited in vain for ${what}`);
    await sleep(STEP_MS);
  }
}

/** The same where asking takes time of its own. */
export async function waitUntil(what: string, ask: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + PATIENCE_MS; !(await ask()); ) {
    if (Date.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await sleep(STEP_MS);
  }
}
