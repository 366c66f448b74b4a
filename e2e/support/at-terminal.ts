import { spawnSync } from 'node:child_process';
import { execa } from 'execa';

/** Why there is nobody who opens a terminal for a command; undefined when there is. */
export function whyNoTerminal(): string | undefined {
  return spawnSync('script', ['--version']).status === 0 ? undefined : 'there is no script(1)';
}

/** Runs a command at a terminal of its own, on which `typed` is typed. What it shows has no carriage returns. */
export async function atTerminal(
  words: readonly string[],
  typed: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | undefined; shown: string }> {
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const { exitCode, stdout } = await execa('script', ['-qec', command, '/dev/null'], {
    reject: false,
    input: typed,
    env,
  });
  return { exitCode, shown: stdout.replaceAll('\r', '') };
}
