import { quoteText } from '../errors.js';
import type { Descriptor } from './descriptor.js';
import { ImageProblem } from './image-problem.js';
import { asArray, asDescriptor, type Json, optionalTextMap, parseObject } from './json-fields.js';
import { compressionOf, isConfigType, isIndexType, isManifestType } from './media-types.js';

/** What an image consists of. Source: OCI image-spec manifest.md; Docker's schema 2 has the same members. */
export interface ImageManifest {
  readonly mediaType?: string;
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Images for several platforms. Source: OCI image-spec image-index.md. */
export interface ImageIndex {
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export type ManifestDocument =
  | ({ readonly kind: 'manifest' } & ImageManifest)
  | ({ readonly kind: 'index' } & ImageIndex);

/** As many as docker takes. An overlay takes 500. */
const MOST_LAYERS = 500;

/**
 * Reads a manifest or an index, whichever it is. A document that is both is refused: two readers could take it for
 * different images (CVE-2021-41190). Throws `ImageProblem`.
 */
export function readManifestDocument(bytes: Uint8Array, mediaType?: string): ManifestDocument {
  const json = parseObject(bytes, 'the manifest');
  if (json.schemaVersion !== 2)
    throw new ImageProblem(`schemaVersion ${quoteText(String(json.schemaVersion))} of the manifest is not 2`);
  const hasManifests = 'manifests' in json;
  const hasLayers = 'layers' in json || 'config' in json || 'fsLayers' in json;
  if (hasManifests && hasLayers) throw new ImageProblem('the manifest is both a manifest and an index');
  const own = ownMediaType(json, mediaType);
  if (isIndexType(own) || (own === undefined && hasManifests)) return readIndex(json, own);
  if (own === undefined || isManifestType(own)) return readManifest(json, own);
  throw new ImageProblem(`the media type ${quoteText(own)} is none of an image`);
}

function ownMediaType(json: Json, given: string | undefined): string | undefined {
  const own = json.mediaType;
  if (own === undefined || own === '') return given;
  if (typeof own !== 'string') throw new ImageProblem('mediaType of the manifest is no text');
  if (given !== undefined && given !== own)
    throw new ImageProblem(`the manifest says that it is ${quoteText(own)}, but came as ${quoteText(given)}`);
  return own;
}

function readIndex(json: Json, mediaType: string | undefined): ManifestDocument {
  if (!('manifests' in json)) throw new ImageProblem('the index has no manifests');
  const manifests = asArray(json.manifests, 'manifests').map((each, index) =>
    asDescriptor(each, `manifests[${index}]`),
  );
  return { kind: 'index', manifests, ...rest(json, mediaType) };
}

function readManifest(json: Json, mediaType: string | undefined): ManifestDocument {
  if (!('config' in json)) throw new ImageProblem('the manifest has no config');
  const config = asDescriptor(json.config, 'config');
  if (!isConfigType(config.mediaType))
    throw new ImageProblem(`it is no image of a container: its config is ${quoteText(config.mediaType)}`);
  const layers = asArray(json.layers, 'layers').map((each, index) => asLayer(each, `layers[${index}]`));
  if (layers.length > MOST_LAYERS)
    throw new ImageProblem(`it has ${layers.length} layers, more than ${MOST_LAYERS}`);
  return { kind: 'manifest', config, layers, ...rest(json, mediaType) };
}

function asLayer(value: unknown, what: string): Descriptor {
  const layer = asDescriptor(value, what);
  if (compressionOf(layer.mediaType) !== undefined) return layer;
  throw new ImageProblem(`${what} has the unknown media type ${quoteText(layer.mediaType)}`);
}

function rest(json: Json, mediaType: string | undefined) {
  const annotations = optionalTextMap(json.annotations, 'annotations');
  return {
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}
