import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeError } from '@mini/contracts';
import { isRuntimeError } from '@mini/contracts';
import type { ExecutionContext } from 'ava';
import { openStateStore, type StateStore } from '../src/index.js';
import { makeFakeLocks } from './fake-locks.js';

export interface Thing {
  readonly text: string;
}

export function validateThing(value: unknown): Thing {
  if (typeof value !== 'object' || value === null || typeof (value as Thing).text !== 'string') {
    throw new Error('its text is not a string');
  }
  return value as Thing;
}

export function makeDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'state-store-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return `${directory}/state`;
}

export function makeStore(t: ExecutionContext, directory = makeDirectory(t)): StateStore<Thing> {
  return openStateStore({ directory, kernel: makeFakeLocks(), validate: validateThing, isDurable: false });
}

export function catchError(t: ExecutionContext, run: () => unknown): RuntimeError {
  const error: unknown = t.throws(run);
  t.true(isRuntimeError(error), String(error));
  return error as RuntimeError;
}
