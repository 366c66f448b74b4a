import type { Kernel } from '@mini/contracts';
import type { RecordLock } from '@mini/state-store';
import type { Descriptor } from '../document/descriptor.js';
import { explainingProblems } from '../document/image-problem.js';
import { imageStoreError, quoteText } from '../errors.js';
import { type LayerOwners, LayerStore } from '../layer/layer-store.js';
import type { OverlayMarks } from '../tree/overlay-marks.js';
import { type AddImageOptions, addImage, type NewImage, unpackLayers } from './add-image.js';
import { BlobStore } from './blob-store.js';
import { type CollectOptions, collectGarbage, type Garbage } from './collect-garbage.js';
import { type FoundImage, findImage } from './find-image.js';
import { changeIndex, readIndexFile } from './image-index.js';
import { type ImageDocuments, readImageDocuments } from './read-image.js';
import { listStoreDirectories, makeStoreDirectories, type StoreDirectories } from './store-directories.js';
import { listImages, type StoredImage, toEntries } from './stored-image.js';
import { waitForLock } from './wait-for-lock.js';

/** Keeps what no image refers to yet, such as the blobs of a pull, from being thrown away. */
export type Lease = Pick<RecordLock, 'release'>;

export interface ImageStoreOptions {
  /** Whose attributes mark whiteouts and opaque directories; as root `trusted`, else `user`. */
  readonly marks?: OverlayMarks;
  /**
   * Whose the files of layers are: as the layers say, or all of who unpacks. As the marks `trusted` the former, else the
   * latter; who is root of a user namespace with the ids of the layers can have them too.
   */
  readonly owners?: LayerOwners;
  /** Diff ids of unpacked layers that stay though no image has them, for containers whose image is gone; none unless told. */
  readonly listPinnedLayers?: () => Iterable<string>;
}

/** Images on disk: an OCI image layout that other tools read, and their unpacked layers. */
export class ImageStore {
  readonly blobs: BlobStore;
  readonly layers: LayerStore;

  /** `openImageStore` makes stores. */
  constructor(
    readonly kernel: Kernel,
    readonly directories: StoreDirectories,
    marks: OverlayMarks,
    readonly listPinnedLayers: () => Iterable<string> = () => [],
    owners: LayerOwners = marks === 'trusted' ? 'kept' : 'unpacker',
  ) {
    this.blobs = new BlobStore(kernel, directories);
    this.layers = new LayerStore(kernel, directories, marks, owners);
  }

  /** Waits while another process throws away what is unused. To be released by the caller, or by the end of this process. */
  async lease(signal?: AbortSignal): Promise<Lease> {
    const lock = await waitForLock(this.kernel, this.directories.leaseLock, 'shared', () => false, signal);
    return lock!;
  }

  /** The newest first. Throws `RuntimeError` `bad-image` when index.json cannot be believed. */
  list(): StoredImage[] {
    return listImages(readIndexFile(this.directories));
  }

  /** See `findImage`. Throws `RuntimeError` `no-such-image` too. */
  find(text: string): FoundImage {
    const found = findImage(this.list(), text);
    if (found === undefined)
      throw imageStoreError('no-such-image', `failed to find image ${quoteText(text)}: there is none`);
    return found;
  }

  /** Throws `RuntimeError`, whose sentence names the image as `name`. */
  async read(image: StoredImage, name: string): Promise<ImageDocuments> {
    return await explainingProblems(`read image ${quoteText(name)}`, () =>
      readImageDocuments(this.directories, image.descriptor),
    );
  }

  /** See `addImage`; `object` is what the sentence of an error says is being done: `load "alpine"`. */
  async add(image: NewImage, object: string, options: AddImageOptions = {}): Promise<StoredImage> {
    return await explainingProblems(object, () => addImage(this, image, options));
  }

  /** Unpacks the layers of an image that another tool put there. */
  async unpack(image: StoredImage, name: string, options: AddImageOptions = {}): Promise<void> {
    const documents = await this.read(image, name);
    await explainingProblems(`unpack image ${quoteText(name)}`, () => unpackLayers(this, documents, options));
  }

  /** Gives an image another name, in full; whichever image had it loses it. */
  tag({ descriptor }: StoredImage, name: string): void {
    this.#change((images) =>
      images.map((image) => {
        const names = image.names.filter((each) => each !== name);
        return { ...image, names: image.descriptor.digest === descriptor.digest ? [...names, name] : names };
      }),
    );
  }

  /** Takes a name, in full, from whichever image has it; the image stays. */
  untag(name: string): void {
    this.#change((images) =>
      images.map((image) => ({ ...image, names: image.names.filter((each) => each !== name) })),
    );
  }

  /** Notes that a registry has the image, under a name with a digest, in full. */
  addRepoDigest({ descriptor }: Pick<StoredImage, 'descriptor'>, repoDigest: string): void {
    this.#change((images) =>
      images.map((image) =>
        image.descriptor.digest === descriptor.digest
          ? { ...image, repoDigests: [...new Set([...image.repoDigests, repoDigest])] }
          : image,
      ),
    );
  }

  /** Gives an image another manifest, which says the same of it: its blobs are in the store. */
  replaceManifest({ descriptor: { digest } }: Pick<StoredImage, 'descriptor'>, descriptor: Descriptor): void {
    this.#change((images) =>
      images.map((image) => (image.descriptor.digest === digest ? { ...image, descriptor } : image)),
    );
  }

  /** Lists the image no longer, under no name; `collect` then gives the disk back. */
  remove({ descriptor }: StoredImage): void {
    this.#change((images) => images.filter((image) => image.descriptor.digest !== descriptor.digest));
  }

  /** See `collectGarbage`. */
  collect(options: CollectOptions = {}): Garbage | undefined {
    return collectGarbage(this, options);
  }

  #change(change: (images: readonly StoredImage[]) => readonly StoredImage[]): void {
    changeIndex(this.kernel, this.directories, (entries) => ({
      entries: change(listImages(entries)).flatMap(toEntries),
      result: undefined,
    }));
  }
}

/** Opens the store in a directory, which is made if it is missing. Throws `RuntimeError` `store-io`. */
export function openImageStore(
  kernel: Kernel,
  directory: string,
  {
    marks = process.geteuid?.() === 0 ? 'trusted' : 'user',
    owners,
    listPinnedLayers,
  }: ImageStoreOptions = {},
): ImageStore {
  const directories = listStoreDirectories(directory);
  makeStoreDirectories(kernel, directories);
  return new ImageStore(kernel, directories, marks, listPinnedLayers, owners);
}
