import { isRuntimeError } from '../../src/index.js';
import { ExactReader } from '../../src/json/exact-reader.js';
import { formatJson, readJson, validateSpec } from '../../src/validation.js';
import { askOurs } from '../oracle/our-answer.js';
import type { Input } from './inputs.js';

/** Processor time, two hundred times what the slowest input needs: what takes longer grows faster than its input. */
const MOST_MS = 2_000;

/** How documents are read; replaced to prove that a fault in it is found. */
export type Reader = (text: string | Uint8Array) => unknown;

function outcomeOf(read: () => unknown): string {
  try {
    return formatJson(read());
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}

/** The fast way of reading and the exact one must not differ, in what they refuse either. */
function checkReader(bytes: Uint8Array, read: Reader): string | undefined {
  const text = Buffer.from(bytes).toString();
  const [fast, exact] = [outcomeOf(() => read(text)), outcomeOf(() => new ExactReader(text).read())];
  return fast === exact ? undefined : `read in two ways it is "${fast}" and "${exact}"`;
}

/** What was read, written and read again must be judged as before. */
function checkAgain({ kind, bytes }: Input): string | undefined {
  let document: unknown;
  try {
    document = readJson(bytes);
  } catch {
    return undefined;
  }
  const describe = (text: string | Uint8Array) => JSON.stringify(askOurs(kind, text));
  const [first, second] = [describe(bytes), describe(formatJson(document))];
  if (first !== second) return `it is judged "${first}" and, written again, "${second}"`;
  if (kind !== 'config' || first !== '[]') return undefined;
  const { spec } = validateSpec(document);
  const [once, twice] = [formatJson(spec), formatJson(validateSpec(spec).spec)];
  return once === twice ? undefined : 'a valid Spec is another one when it is validated again';
}

/** What is wrong with our answer to an input; `undefined` when all is well. */
export function checkInput(input: Input, read: Reader = readJson): string | undefined {
  const start = process.cpuUsage();
  try {
    askOurs(input.kind, input.bytes);
    const { user, system } = process.cpuUsage(start);
    const tookMs = (user + system) / 1000;
    if (tookMs > MOST_MS) return `it took ${Math.round(tookMs)} ms`;
    return checkReader(input.bytes, read) ?? checkAgain(input);
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    return `it threw what is no answer${isRuntimeError(error) ? ' of validation' : ''}: ${text}`;
  }
}
