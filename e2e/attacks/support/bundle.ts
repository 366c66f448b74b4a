import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withHugePages } from '@mini/tools';
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

/** Why crun cannot show here that an attack is real; undefined when it can. */
export const noCrun = spawnSync('crun', ['--version']).status === 0 ? undefined : 'there is no crun';

/** The words that run a bundle with crun, which is known to fall for attacks. */
export function crunWords(bundle: string): [file: string, ...words: string[]] {
  const name = `attack-${process.pid}`;
  return withHugePages(['crun', '--root', freshDirectory('state'), 'run', '--bundle', bundle, name]);
}
