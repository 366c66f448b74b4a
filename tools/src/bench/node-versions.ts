import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { findCacheDirectory } from '../workspace.js';

/** A Node.js to measure the command with. */
export interface NodeVersion {
  readonly major: number;
  readonly file: string;
}

const MAJORS = [20, 22, 24];

/** The official builds, from npm into the cache; our own where it is of that version. Those that cannot be had are left out. */
export async function provideNodeVersions(warn: (line: string) => void): Promise<NodeVersion[]> {
  const found: NodeVersion[] = [];
  for (const major of MAJORS) {
    try {
      found.push({ major, file: await provideNode(major) });
    } catch (error) {
      warn(
        `Node ${major} is not measured: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
      );
    }
  }
  return found;
}

async function provideNode(major: number): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const name = `node-linux-${process.arch}`;
  const directory = join(findCacheDirectory(), 'bench', `node-${major}`);
  const file = join(directory, 'node_modules', name, 'bin/node');
  if (existsSync(file)) return file;
  mkdirSync(directory, { recursive: true });
  // Outside of the checkout, so that npm does not take it for a part of the workspace.
  await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund', `${name}@${major}`], {
    cwd: directory,
  });
  return file;
}
