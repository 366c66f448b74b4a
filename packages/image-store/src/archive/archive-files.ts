import type { Descriptor } from '../document/descriptor.js';
import { isDigest } from '../document/digest.js';
import { ImageProblem } from '../document/image-problem.js';
import { quoteText } from '../errors.js';
import { Counter } from '../layer/byte-taps.js';
import { decompress } from '../layer/decompress.js';
import { DEFAULT_LIMITS, limitBytes } from '../layer/layer-limits.js';
import type { BlobStore } from '../store/blob-store.js';
import { readTar } from '../tar/read-tar.js';
import { expandContent, type TarMember } from '../tar/tar-entry.js';

/** A file of an archive, which is a blob by now. */
export type ArchiveFile = Pick<Descriptor, 'digest' | 'size'>;

/** As many as 500 layers of 100 images have. */
const MOST_FILES = 100_000;

/**
 * The files of an archive of images by their paths. All of it is read in one go, whatever the order in it: files become
 * blobs as they come, those that the store has already are passed over.
 */
export class ArchiveFiles {
  readonly #files = new Map<string, ArchiveFile>();
  readonly #links = new Map<string, string>();

  constructor(readonly blobs: BlobStore) {}

  /** Reads the archive, compressed or not. Throws `ImageProblem`, and `RuntimeError` `bad-archive`. */
  async read(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    const counter = new Counter(source);
    const plain = limitBytes(decompress(counter), DEFAULT_LIMITS, () => counter.bytes);
    for await (const member of readTar(plain)) {
      signal?.throwIfAborted();
      if (this.#files.size + this.#links.size >= MOST_FILES)
        throw new ImageProblem(`it has more than ${MOST_FILES} files`);
      await this.#add(member);
    }
  }

  /** Throws `ImageProblem` for one that is not there. */
  get(path: string): ArchiveFile {
    const file = this.find(path);
    if (file === undefined) throw new ImageProblem(`it has no ${quoteText(path)}`);
    return file;
  }

  /** Through links, which docker wrote for layers that images share. */
  find(path: string): ArchiveFile | undefined {
    let at = normalize(path);
    for (let hops = 0; hops < 10; hops++) {
      const target = this.#links.get(at);
      if (target === undefined) return this.#files.get(at);
      at = target;
    }
    throw new ImageProblem(`${quoteText(path)} is a link to a link and so on`);
  }

  async #add(member: TarMember): Promise<void> {
    const { path, type, linkPath = '' } = member.entry;
    const at = normalize(path);
    if (type === 'symlink') this.#links.set(at, normalize(`${at}/../${linkPath}`));
    else if (type === 'link') this.#links.set(at, normalize(linkPath));
    else if (type === 'file') this.#files.set(at, await this.#store(at, member));
  }

  async #store(path: string, member: TarMember): Promise<ArchiveFile> {
    const [, hex] = /^blobs\/sha256\/([^/]+)$/.exec(path) ?? [];
    const digest = `sha256:${hex}`;
    const expected = isDigest(digest) ? { digest, size: member.entry.sizeBytes } : undefined;
    const writer = expected === undefined ? this.blobs.beginNewBlob() : await this.blobs.beginBlob(expected);
    if (writer === undefined) return expected!;
    try {
      // What a cut attempt left is not worth a seek in a stream.
      writer.restart();
      for await (const bytes of expandContent(member)) writer.write(bytes);
      return await writer.commitLarge();
    } catch (error) {
      writer.discard();
      throw error;
    }
  }
}

/** Within the archive: what leads out of it is looked up below its top. */
function normalize(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}
