import { join } from 'node:path';
import type { CpioFile } from './cpio.js';
import type { VmKernel } from './kernel.js';
import type { VmOptions } from './options.js';

/** Variables of the caller that every job gets, so that it finds the same programs. */
const inheritedVariables = ['PATH', 'HOME', 'LANG', 'XDG_CACHE_HOME'];

/** The files below `/job` of the initramfs: what to run, and how. */
export function makeJobFiles(
  options: VmOptions,
  env: NodeJS.ProcessEnv,
  kernel: VmKernel,
  visibleDirectories: readonly string[],
): CpioFile[] {
  const hidden = visibleDirectories.filter((path) => /^\/(tmp|run|var\/tmp|var\/lib\/mini)\//.test(path));
  const files = [
    makeTextFile('job/job.sh', makeJobScript(options, env)),
    makeTextFile('job/modules-directory', join(kernel.modulesRoot, 'lib/modules', kernel.version)),
    // The guest mounts empty directories over these, and shows what lies below again.
    makeTextFile('job/keep-directories', hidden.map((path) => `${path}\n`).join('')),
  ];
  if (options.artifactDirectory !== undefined) {
    files.push(makeTextFile('job/artifact-directory', options.artifactDirectory));
  }
  return files;
}

/** The TERM that a kernel gives its first process would make programs leave Unicode out. `MINI_VM=1` tells the job where it is: programs run ten times as slowly there. */
export function makeJobScript(options: VmOptions, env: NodeJS.ProcessEnv): string {
  const inherited = inheritedVariables.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]]],
  );
  const variables = {
    ...Object.fromEntries(inherited),
    TERM: 'dumb',
    MINI_VM: '1',
    ...options.env,
  } as Record<string, string>;
  return [
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quoteWord(value)}`),
    `cd ${quoteWord(options.cwd)} || exit 125`,
    `exec ${options.command.map(quoteWord).join(' ')}`,
    '',
  ].join('\n');
}

function quoteWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function makeTextFile(path: string, text: string): CpioFile {
  return { path, mode: 0o600, data: Buffer.from(text) };
}
