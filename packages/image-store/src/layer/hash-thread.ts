import { Worker } from 'node:worker_threads';

const SLOT_BYTES = 1 << 19;
/** Enough for neither side to wait for the other's next turn. */
const SLOTS = 8;

/**
 * What the thread runs. As text, because it has to be found by every form in which this program is shipped: a package, one
 * bundled file, an executable.
 */
const PROGRAM = `
const { createHash } = require('node:crypto');
const { parentPort, workerData } = require('node:worker_threads');
const hash = createHash('sha256');
parentPort.on('message', ([slot, length]) => {
  if (slot < 0) return parentPort.postMessage(hash.digest('hex'));
  hash.update(new Uint8Array(workerData, slot * ${SLOT_BYTES}, length));
  parentPort.postMessage(slot);
});
`;

/** SHA-256 of a stream on a thread of its own: to digest a layer takes as long as to unpack it. To be closed. */
export class HashThread {
  readonly #memory = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  readonly #worker = new Worker(PROGRAM, { eval: true, workerData: this.#memory });
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot);
  #digest: string | undefined;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor() {
    this.#worker.on('message', (answer: number | string) => {
      if (typeof answer === 'string') this.#digest = answer;
      else this.#free.push(answer);
      this.#wake();
    });
    this.#worker.on('error', (error: Error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  /** The bytes are the caller's again once this is settled. */
  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
      const part = bytes.subarray(at, at + SLOT_BYTES);
      while (this.#free.length === 0) await this.#change();
      const slot = this.#free.pop()!;
      new Uint8Array(this.#memory, slot * SLOT_BYTES, part.length).set(part);
      this.#worker.postMessage([slot, part.length]);
    }
  }

  /** The digits of the digest; to be called once, at the end. */
  async digest(): Promise<string> {
    this.#worker.postMessage([-1, 0]);
    while (this.#digest === undefined) await this.#change();
    return this.#digest;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Throws what ended the thread. */
  async #change(): Promise<void> {
    if (this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}
