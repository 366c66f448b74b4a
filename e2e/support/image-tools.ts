import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { busyboxRoot, freshDirectory } from './roots.js';

/** buildah, podman and skopeo on storage of their own. */
export interface ImageTools {
  buildah(...words: string[]): Promise<string>;
  podman(...words: string[]): Promise<string>;
  skopeo(...words: string[]): Promise<string>;
  /** Commits an image with busybox and a file that holds `text`. */
  commit(name: string, text: string, ...settings: string[]): Promise<void>;
}

export function openImageTools(): ImageTools {
  const directory = freshDirectory('tools');
  const policy = join(directory, 'policy.json');
  writeFileSync(policy, JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }));
  const storage = [
    '--root',
    join(directory, 'root'),
    '--runroot',
    join(directory, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const call = async (file: string, words: readonly string[]) => {
    const { stdout } = await execa(file, words, { stdin: 'ignore', env: { TMPDIR: directory } });
    return String(stdout);
  };
  const buildah = (...words: string[]) => call('buildah', [...storage, ...words]);
  return {
    buildah,
    podman: (...words) => call('podman', [...storage, '--cgroup-manager', 'cgroupfs', ...words]),
    skopeo: (...words) => call('skopeo', ['--policy', policy, ...words]),
    async commit(name, text, ...settings) {
      const container = await buildah('from', ...settings, 'scratch');
      const file = join(freshDirectory('text'), 'text');
      writeFileSync(file, text);
      await buildah('copy', '-q', container, busyboxRoot(), '/');
      await buildah('copy', '-q', container, file, '/text');
      await buildah('config', '--cmd', '["/bin/cat","/text"]', container);
      await buildah('commit', '-q', '--rm', container, name);
    },
  };
}
