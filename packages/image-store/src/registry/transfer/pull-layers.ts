import type { Descriptor } from '../../document/descriptor.js';
import { BlobGivenUp } from '../../store/blob-growth.js';
import type { BlobWriter } from '../../store/blob-writer.js';
import type { ImageStore } from '../../store/image-store.js';
import { fetchBlob } from './fetch-blob.js';
import { makeLimit, settleAll } from './limit.js';
import type { BlobProgress, OnProgress } from './progress.js';
import type { Repository } from './repository.js';

/** As many as docker fetches at a time. */
const DOWNLOADS = 3;
/** Unpacking keeps a core busy; the layers above are fetched meanwhile. */
const UNPACKS = 1;

export interface PullLayersOptions {
  /** Ends everything when one layer failed; the repository's session has its signal. */
  readonly controller: AbortController;
  readonly onProgress: OnProgress;
}

/** Fetches layers and unpacks each while it comes. All has ended when this returns or throws. */
export async function pullLayers(
  store: ImageStore,
  repository: Repository,
  layers: readonly Descriptor[],
  diffIds: readonly string[],
  options: PullLayersOptions,
): Promise<void> {
  const pull = new LayerPull(store, repository, options);
  // The same layer may occur several times: those that add nothing do.
  const unique = new Map(layers.map((layer, index) => [layer.digest, { layer, diffId: diffIds[index]! }]));
  const pulls = [...unique.values()].map(({ layer, diffId }) => pull.run(layer, diffId));
  try {
    await settleAll(pulls, (error) => options.controller.abort(error));
  } finally {
    await pull.settle();
  }
}

/** What the layers of an image have in common. */
class LayerPull {
  readonly #download = makeLimit(DOWNLOADS);
  readonly #unpack = makeLimit(UNPACKS);
  /** Of layers that are unpacked while they come. */
  readonly #early: Promise<unknown>[] = [];

  constructor(
    readonly store: ImageStore,
    readonly repository: Repository,
    readonly options: PullLayersOptions,
  ) {}

  async run(layer: Descriptor, diffId: string): Promise<void> {
    const tell = (state: BlobProgress['state'], bytes: number) =>
      this.options.onProgress({ digest: layer.digest, size: layer.size, state, bytes });
    tell('waiting', 0);
    let early: Promise<boolean> | undefined;
    const isNew = await this.#download(() =>
      fetchBlob(this.store.blobs, this.repository, layer, {
        onBytes: (bytes) => tell('downloading', bytes),
        onBegin: (writer) => {
          early = this.#addEarly(layer, diffId, writer);
        },
      }),
    );
    if (!isNew && this.store.layers.has(diffId)) return tell('exists', layer.size);
    tell('downloaded', layer.size);
    tell('unpacking', layer.size);
    // Only now, for the download has the first word on what is wrong with the bytes.
    if ((await early) !== true) await this.#add(layer, diffId);
    tell('pulled', layer.size);
  }

  /** Waits until nothing is unpacked any more. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#early);
  }

  /** `false` when the download was begun a second time, or came to nothing. */
  #addEarly(layer: Descriptor, diffId: string, writer: Pick<BlobWriter, 'follow'>): Promise<boolean> {
    const added = this.#add(layer, diffId, writer).catch((error) => {
      if (error instanceof BlobGivenUp) return false;
      throw error;
    });
    // Who waits for the download asks later, or never.
    added.catch(() => {});
    this.#early.push(added);
    return added;
  }

  async #add(layer: Descriptor, diffId: string, writer?: Pick<BlobWriter, 'follow'>): Promise<boolean> {
    const { blobs, layers } = this.store;
    const { signal } = this.options.controller;
    const open = () =>
      writer === undefined || blobs.has(layer.digest) ? blobs.read(layer.digest) : writer.follow();
    await this.#unpack(() => layers.add(diffId, open, { blob: layer, signal }));
    return true;
  }
}
