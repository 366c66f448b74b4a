import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { freshDirectory } from '../../support/roots.js';

/** A bundle for other runtimes with this root, without mounts but /proc, that runs `true`. */
export function makeBundle(root: string, user = { uid: 0, gid: 0 }): string {
  const bundle = freshDirectory('bundle');
  cpSync(root, join(bundle, 'rootfs'), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(bundle, 'rootfs/proc'), { recursive: true });
  const config = {
    ociVersion: '1.0.2',
    root: { path: 'rootfs' },
    process: { user, args: ['true'], env: ['PATH=/bin'], cwd: '/' },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type })) },
  };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  return bundle;
}

/** Runs it with a runtime that is known to fall for attacks; whatever comes of it. */
export async function runWith(runtime: string, bundle: string): Promise<void> {
  const state = freshDirectory('state');
  const name = `attack-${process.pid}`;
  await execa(runtime, ['--root', state, 'run', '--bundle', bundle, name], {
    reject: false,
    stdin: 'ignore',
  });
  await execa(runtime, ['--root', state, 'delete', '--force', name], { reject: false });
}
