import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from './roots.js';

/** Why a small C program cannot be made here; undefined when it can. */
export function whyNoCompiler(): string | undefined {
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'there is no C compiler';
}

/**
 * Compiles `support/programs/<name>.c`; returns the path of the program, which everybody can execute. `strings` are
 * macros that it is compiled with, `flags` more words for the compiler, such as `-static` for one that runs in a container.
 */
export function compileProgram(
  name: string,
  strings: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): string {
  const directory = freshDirectory('programs');
  chmodSync(directory, 0o755);
  const source = fileURLToPath(new URL(`../../support/programs/${name}.c`, import.meta.url));
  const path = join(directory, name);
  const macros = Object.entries(strings).map(([macro, text]) => `-D${macro}=${JSON.stringify(text)}`);
  execFileSync('cc', ['-O1', '-Wall', '-Werror', ...flags, ...macros, '-o', path, source]);
  return path;
}
