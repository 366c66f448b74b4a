import { type Answer, dump } from '../http/transport.js';
import { RegistryTrouble } from '../registry-error.js';
import type { Repository } from './repository.js';

/** An upload that the registry waits for. */
export interface Upload {
  readonly location: URL;
  /** The least that a chunk may have, except the last. */
  readonly leastChunkBytes: number;
}

/** Begins an upload; `undefined` when the registry mounted the blob from the other repository instead. */
export async function beginUpload(
  repository: Repository,
  mount?: { readonly from: string; readonly digest: string },
): Promise<Upload | undefined> {
  const query =
    mount === undefined ? '' : `?${new URLSearchParams({ mount: mount.digest, from: mount.from })}`;
  const answer = await repository.session.request({
    method: 'POST',
    path: repository.path(`blobs/uploads/${query}`),
    headers: { 'content-length': '0' },
    scope: mount === undefined ? repository.scope : `${repository.scope} repository:${mount.from}:pull`,
    accepts: mount === undefined ? [202] : [201, 202],
  });
  await dump(answer);
  if (answer.status === 201) return undefined;
  const least = Number(answer.headers['oci-chunk-min-length'] ?? 0);
  return { location: readLocation(answer), leastChunkBytes: Number.isSafeInteger(least) ? least : 0 };
}

/** Where the registry says that the upload goes on. */
export function readLocation({ headers: { location }, url }: Answer): URL {
  if (typeof location === 'string' && URL.canParse(location, url.href)) {
    const found = new URL(location, url.href);
    if (found.protocol === url.protocol || found.protocol === 'https:') return found;
  }
  throw new RegistryTrouble('bad-answer', `"${url.host}" does not say where to upload to`);
}

/** The address that ends an upload. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location.href);
  url.searchParams.set('digest', digest);
  return url;
}
