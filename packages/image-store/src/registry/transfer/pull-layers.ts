import type { Descriptor } from '../../document/descriptor.js';
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

/** Fetches layers and unpacks each when it is there. All has ended when this returns or throws. */
export async function pullLayers(
  store: ImageStore,
  repository: Repository,
  layers: readonly Descriptor[],
  diffIds: readonly string[],
  { controller, onProgress }: PullLayersOptions,
): Promise<void> {
  const download = makeLimit(DOWNLOADS);
  const unpack = makeLimit(UNPACKS);
  // The same layer may occur several times: those that add nothing do.
  const unique = new Map(layers.map((layer, index) => [layer.digest, { layer, diffId: diffIds[index]! }]));
  const pulls = [...unique.values()].map(async ({ layer, diffId }) => {
    const tell = (state: BlobProgress['state'], bytes: number) =>
      onProgress({ digest: layer.digest, size: layer.size, state, bytes });
    tell('waiting', 0);
    const isNew = await download(() =>
      fetchBlob(store.blobs, repository, layer, (bytes) => tell('downloading', bytes)),
    );
    if (!isNew && store.layers.has(diffId)) return tell('exists', layer.size);
    tell('downloaded', layer.size);
    await unpack(async () => {
      tell('unpacking', layer.size);
      await store.layers.add(diffId, () => store.blobs.read(layer.digest), { signal: controller.signal });
    });
    tell('pulled', layer.size);
  });
  await settleAll(pulls, (error) => controller.abort(error));
}
