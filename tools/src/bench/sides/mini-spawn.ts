import { spawn } from '@mini/runtime-core';
import { type Scene, TRUE_COMMAND } from '../scene.js';
import type { Side } from '../side.js';

/** `spawn` of `@mini/runtime-core`, called by this program. */
export function miniSpawn(scene: Scene): Side {
  return {
    name: 'mini spawn',
    async run() {
      const start = performance.now();
      const child = spawn(TRUE_COMMAND, [], { ...scene.options, stdio: 'ignore' });
      const { exitCode } = await child.exited;
      const durationMs = performance.now() - start;
      if (exitCode !== 0) throw new Error(`"${TRUE_COMMAND}" ended with exit code ${exitCode}`);
      return durationMs;
    },
    probe([file = '', ...args]) {
      const child = spawn(file, args, { ...scene.options, stdio: ['pipe', 'pipe', 'inherit'] });
      return { stdin: child.stdin!, stdout: child.stdout!, ended: child.exited };
    },
  };
}
