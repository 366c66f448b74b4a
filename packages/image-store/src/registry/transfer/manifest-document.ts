import { createHash } from 'node:crypto';
import type { Descriptor } from '../../document/descriptor.js';
import { MOST_DOCUMENT_BYTES } from '../../document/json-fields.js';
import { type ManifestDocument, readManifestDocument } from '../../document/manifest.js';
import { MEDIA_TYPE } from '../../document/media-types.js';

/** A manifest or index as it came, with what is known of it. */
export interface FetchedManifest {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
  readonly document: ManifestDocument;
}

/** A manifest has at most this. Source: distribution-spec, "pushing manifests". */
export const MOST_MANIFEST_BYTES = MOST_DOCUMENT_BYTES;

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Reads and checks what a registry sent. `served` is the type in its header, which some registries do not know: they call
 * all of it JSON. Throws `ImageProblem`.
 */
export function readFetched(bytes: Buffer, served: string | undefined): FetchedManifest {
  const isPlain = served === undefined || /^(?:application\/(?:json|octet-stream)|text\/)/.test(served);
  const document = readManifestDocument(bytes, isPlain ? undefined : served);
  const mediaType =
    document.mediaType ?? (document.kind === 'index' ? MEDIA_TYPE.index : MEDIA_TYPE.manifest);
  return { bytes, document, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } };
}
