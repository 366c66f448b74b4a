import type { ConfigDocument, ImageStore } from '@mini/image-store';
import { familiarForm, findImage } from '@mini/image-store/read';
import { type Engine, openEngine } from '../engine.js';
import { requireImage } from './find-image.js';
import { openImages } from './open-images.js';

/** All that is known of an image, in the form of docker's `image inspect`. */
export interface ImageInspection {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly Parent: string;
  readonly Comment: string;
  readonly Created: string;
  readonly Author: string;
  readonly Config: ConfigDocument;
  readonly Architecture: string;
  readonly Variant?: string;
  readonly Os: string;
  readonly Size: number;
  readonly GraphDriver: { readonly Name: string; readonly Data: Readonly<Record<string, string>> };
  readonly RootFS: { readonly Type: 'layers'; readonly Layers: readonly string[] };
  /** The descriptor of its manifest. */
  readonly Descriptor: object;
}

/** Tells all of an image. Rejects with `RuntimeError` `no-such-image`, `ambiguous-image`, `bad-image`. */
export async function inspectImage(text: string, engine: Engine = openEngine()): Promise<ImageInspection> {
  const store = openImages(engine);
  const { image } = requireImage(store, text, 'inspect');
  const { config, manifest, descriptor } = await store.read(image, text);
  return {
    Id: manifest.config.digest,
    RepoTags: image.names.map(familiarForm),
    RepoDigests: image.repoDigests.map(familiarForm),
    Parent: '',
    Comment: config.history.at(-1)?.comment ?? '',
    Created: config.created ?? '',
    Author: config.author ?? '',
    Config: readConfigDocument(store, manifest.config.digest),
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: image.about?.sizeBytes ?? 0,
    GraphDriver: {
      Name: 'overlay',
      Data: {
        LowerDir: [...config.diffIds]
          .reverse()
          .map((each) => treeOf(store, each))
          .join(':'),
      },
    },
    RootFS: { Type: 'layers', Layers: config.diffIds },
    Descriptor: descriptor,
  };
}

/** Whether a text means an image, for commands that take others too. */
export function isImage(text: string, engine: Engine): boolean {
  try {
    return findImage(openImages(engine).list(), text) !== undefined;
  } catch {
    return false;
  }
}

/** As it is written: members that mini knows nothing of are the user's all the same. */
function readConfigDocument(store: ImageStore, digest: string): ConfigDocument {
  return JSON.parse(store.blobs.readDocument(digest, 4 << 20).toString('utf8')).config ?? {};
}

function treeOf({ directories }: ImageStore, diffId: string): string {
  return `${directories.layers}/${diffId.slice('sha256:'.length)}/tree`;
}
