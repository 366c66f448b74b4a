import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { miniOciCommand, miniStandalone } from '../../workspace.js';
import { provideNodeVersions } from '../node-versions.js';
import type { BenchContext } from '../section.js';

/** A program that makes containers from bundles. */
export interface Runtime {
  readonly name: string;
  /** An executable, for engines that are told a path. */
  readonly file: string;
  /** What stands before the words of the runtime. */
  readonly words: readonly string[];
}

export const STANDALONE = 'mini-oci, one file';
export const UNDER_NODE = 'mini-oci (Node 24)';

/** mini-oci in both forms, and the others as far as this machine has them. */
export async function listRuntimes({ scene, has, warn }: BenchContext): Promise<Runtime[]> {
  const nodes = await provideNodeVersions(warn);
  const node = nodes.find(({ major }) => major === 24)?.file ?? process.execPath;
  const standalone = join(scene.directory, 'mini-oci');
  if (!existsSync(standalone)) symlinkSync(miniStandalone, standalone);
  return [
    { name: STANDALONE, file: standalone, words: [] },
    { name: UNDER_NODE, file: node, words: [miniOciCommand] },
    ...['crun', 'runc'].filter(has).map((name) => ({ name, file: name, words: [] })),
  ];
}
