import { readFileSync } from 'node:fs';
import { type LockKernel, lockFile, replaceFile } from '@mini/state-store';
import type { Descriptor } from '../document/descriptor.js';
import { explainProblem } from '../document/image-problem.js';
import { asArray, asDescriptor, type Json, parseObject } from '../document/json-fields.js';
import { MEDIA_TYPE } from '../document/media-types.js';
import type { StoreDirectories } from './store-directories.js';

/**
 * Keys of an index.json's annotations. Skopeo, podman and buildah find an image by `refName`; containerd by `fullName`.
 * Those of mini itself say what follows from the image's own documents, so that a list need not open them.
 */
export const ANNOTATION = {
  refName: 'org.opencontainers.image.ref.name',
  fullName: 'io.containerd.image.name',
  created: 'org.opencontainers.image.created',
  id: 'dev.mini.image.id',
  sizeBytes: 'dev.mini.image.size',
  /** Names with digests under which registries have it, between spaces. */
  repoDigests: 'dev.mini.image.repo-digests',
} as const;

/** Far more than 10,000 images have. */
const MOST_INDEX_BYTES = 64 << 20;

/** The entries of index.json; those of other tools too. Throws `RuntimeError` `bad-image` for a file that is none. */
export function readIndexFile({
  indexFile,
  root,
}: Pick<StoreDirectories, 'indexFile' | 'root'>): Descriptor[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(indexFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    const { manifests } = parseObject(bytes, 'index.json', MOST_INDEX_BYTES);
    return asArray(manifests, 'manifests').map((each, index) => asDescriptor(each, `manifests[${index}]`));
  } catch (error) {
    throw explainProblem(`read the image store "${root}"`, error);
  }
}

/** Changes index.json alone among all processes; whoever reads it meanwhile gets the old one or the new one. */
export function changeIndex<T>(
  kernel: LockKernel,
  directories: StoreDirectories,
  change: (entries: readonly Descriptor[]) => { readonly entries: readonly Descriptor[]; readonly result: T },
): T {
  const lock = lockFile(kernel, directories.indexLock, 'the image store');
  try {
    const { entries, result } = change(readIndexFile(directories));
    const index: Json = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: entries };
    replaceFile(directories.indexFile, `${JSON.stringify(index)}\n`, { mode: 0o644 });
    return result;
  } finally {
    lock.release();
  }
}
