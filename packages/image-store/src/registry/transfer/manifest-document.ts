import { createHash } from 'node:crypto';
import type { Descriptor, Platform } from '../../document/descriptor.js';
import { isDigest } from '../../document/digest.js';
import { compressionOf, isConfigType, isIndexType, isManifestType } from '../../document/media-types.js';
import { quoteText } from '../../errors.js';
import { parseObject } from '../http/read-answer.js';
import { RegistryTrouble } from '../registry-error.js';

/** What a registry serves under a tag or digest: an image for one platform, or an index of several. */
export type ManifestDocument =
  | { readonly kind: 'index'; readonly manifests: readonly Descriptor[] }
  | { readonly kind: 'image'; readonly config: Descriptor; readonly layers: readonly Descriptor[] };

/** A document as it came, with what is known of it. */
export interface FetchedManifest {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
  readonly document: ManifestDocument;
}

/** A manifest has at most this. Source: distribution-spec, "pushing manifests". */
export const MOST_MANIFEST_BYTES = 4 << 20;
const MOST_ENTRIES = 1000;

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Reads and checks a manifest or an index. `type` is what came with it, a header's or a descriptor's. Throws the trouble
 * `bad-answer`. Source: image-spec, manifest.md and image-index.md; docker's image manifest version 2, schema 2.
 */
export function parseManifest(
  bytes: Buffer,
  type: string | undefined,
): { readonly mediaType: string; readonly document: ManifestDocument } {
  const fields = parseObject(bytes, 'its manifest');
  const mediaType = findMediaType(fields, type);
  const isIndex = isIndexType(mediaType);
  // A document that can be read in two ways would have one digest and two meanings.
  const foreign = isIndex ? ['config', 'layers', 'fsLayers'] : ['manifests', 'fsLayers'];
  const mixed = foreign.find((field) => fields[field] !== undefined);
  if (mixed !== undefined)
    throw bad(`has "${mixed}", which ${isIndex ? 'an index' : 'an image'} must not have`);
  if (fields.schemaVersion !== 2) {
    throw bad(`has the schema version ${JSON.stringify(fields.schemaVersion)} instead of 2`);
  }
  const document: ManifestDocument = isIndex
    ? { kind: 'index', manifests: listOf(fields, 'manifests') }
    : { kind: 'image', ...parseImage(fields) };
  return { mediaType, document };
}

function parseImage(fields: Record<string, unknown>): { config: Descriptor; layers: readonly Descriptor[] } {
  const config = parseDescriptor(fields.config, 'config');
  if (!isConfigType(config.mediaType)) {
    throw bad(`is of no image: its config is of the type ${quoteText(config.mediaType)}`);
  }
  const layers = listOf(fields, 'layers');
  for (const [index, layer] of layers.entries()) {
    if (compressionOf(layer.mediaType) !== undefined) continue;
    throw bad(`has a layer of the unknown type ${quoteText(layer.mediaType)} (layers[${index}])`);
  }
  return { config, layers };
}

function findMediaType(fields: Record<string, unknown>, type: string | undefined): string {
  const inside = fields.mediaType;
  if (inside !== undefined && typeof inside !== 'string') throw bad('has a "mediaType" that is no text');
  // Some registries serve everything as plain JSON.
  const outside = type === undefined || /^(?:application\/json|text\/)/.test(type) ? undefined : type;
  if (inside !== undefined && outside !== undefined && inside !== outside) {
    throw bad(`says that it is of the type ${quoteText(inside)} but is served as ${quoteText(outside)}`);
  }
  const found = inside ?? outside;
  if (found === undefined) throw bad('does not say of which type it is');
  if (isIndexType(found) || isManifestType(found)) return found;
  throw bad(`is of the unknown type ${quoteText(found)}`);
}

function listOf(fields: Record<string, unknown>, field: string): Descriptor[] {
  const list = fields[field];
  if (!Array.isArray(list)) throw bad(`has no list "${field}"`);
  if (list.length > MOST_ENTRIES) throw bad(`has ${list.length} ${field}, more than ${MOST_ENTRIES}`);
  return list.map((each, index) => parseDescriptor(each, `${field}[${index}]`));
}

function parseDescriptor(value: unknown, field: string): Descriptor {
  if (typeof value !== 'object' || value === null) throw bad(`has no descriptor in ${field}`);
  const { mediaType, digest, size, platform } = value as Record<string, unknown>;
  if (typeof mediaType !== 'string') throw bad(`has no media type in ${field}`);
  if (!isDigest(digest))
    throw bad(`has a digest that cannot be used in ${field}: ${quoteText(String(digest))}`);
  if (!Number.isSafeInteger(size) || (size as number) < 0) throw bad(`has a size that is none in ${field}`);
  const about = parsePlatform(platform, field);
  return { mediaType, digest, size: size as number, ...(about === undefined ? {} : { platform: about }) };
}

function parsePlatform(value: unknown, field: string): Platform | undefined {
  if (value === undefined || value === null) return undefined;
  const { os, architecture, variant } = value as Record<string, unknown>;
  if (typeof os !== 'string' || typeof architecture !== 'string') {
    throw bad(`has a platform that is none in ${field}`);
  }
  return { os, architecture, ...(typeof variant === 'string' && variant !== '' ? { variant } : {}) };
}

function bad(reason: string): RegistryTrouble {
  return new RegistryTrouble('bad-answer', `its manifest ${reason}`);
}
