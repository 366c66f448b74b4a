import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, openSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';
import { compileProgram } from './compile-program.js';
import { IS_STANDALONE, type MiniResult, STANDALONE } from './mini.js';
import { freshDirectory } from './roots.js';

/** The runtime as engines get it. */
export const MINI_OCI = IS_STANDALONE
  ? linkStandalone()
  : fileURLToPath(new URL('../../../packages/cli/dist/bin/mini-oci.cjs', import.meta.url));

let root: string | undefined;
let adopter: string | undefined;

/**
 * The words that run `mini-oci` as an engine does: by somebody who adopts what it leaves behind. Not every machine has a
 * first process that does.
 */
export function ociWords(args: readonly string[]): [file: string, ...words: string[]] {
  adopter ??= compileProgram('adopter');
  return [adopter, MINI_OCI, '--root', ociRoot(), ...args];
}

/** Where the containers of this test file are kept; not `/run/mini-oci`. */
export function ociRoot(): string {
  root ??= freshDirectory('oci');
  return root;
}

/** An id that no other test has. */
export function freshId(): string {
  return `e2e-${randomUUID()}`;
}

/** Runs `mini-oci` with these words. Its stdin is empty and what it writes is read, unless the options say otherwise. */
export async function oci(args: readonly string[], options: Options = {}): Promise<MiniResult> {
  const [file, ...words] = ociWords(args);
  const result = await execa(file, words, {
    reject: false,
    stripFinalNewline: false,
    ...(options.stdio === undefined ? { stdin: 'ignore' as const } : {}),
    ...options,
  });
  return {
    exitCode: result.exitCode ?? -1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    signal: result.signal,
  };
}

/** The state of a container as `mini-oci state` prints it; `undefined` when it has none. */
export async function stateOf(id: string): Promise<{ status: string; pid: number } | undefined> {
  const { exitCode, stdout } = await oci(['state', id]);
  return exitCode === 0 ? JSON.parse(stdout) : undefined;
}

/** What a command has written to a file, by now. */
export interface WrittenOutput {
  readonly exitCode: number;
  read(): string;
}

/** Runs `mini-oci` with a file as stdout and stderr: what it starts may hold a pipe of ours for long. */
export async function ociToFile(args: readonly string[]): Promise<WrittenOutput> {
  const path = join(freshDirectory('output'), 'out');
  const fd = openSync(path, 'w');
  const [file, ...words] = ociWords(args);
  const child = spawn(file, words, { stdio: ['ignore', fd, fd] });
  closeSync(fd);
  const exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  return { exitCode, read: () => readFileSync(path, 'utf8') };
}

/** The executable under the name by which it is the runtime. */
function linkStandalone(): string {
  const directory = freshDirectory('bin');
  // Ordinary users call it too.
  chmodSync(directory, 0o755);
  const path = join(directory, 'mini-oci');
  symlinkSync(STANDALONE, path);
  return path;
}
