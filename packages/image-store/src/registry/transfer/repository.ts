import type { Descriptor } from '../../document/descriptor.js';
import { isDigest } from '../../document/digest.js';
import { MEDIA_TYPE } from '../../document/media-types.js';
import { quoteText } from '../../errors.js';
import { readBody, readObject } from '../http/read-answer.js';
import { type Answer, dump } from '../http/transport.js';
import { RegistryTrouble } from '../registry-error.js';
import type { RegistrySession } from '../registry-session.js';
import { digestOf, type FetchedManifest, MOST_MANIFEST_BYTES, readFetched } from './manifest-document.js';

const ACCEPT = [
  MEDIA_TYPE.index,
  MEDIA_TYPE.dockerIndex,
  MEDIA_TYPE.manifest,
  MEDIA_TYPE.dockerManifest,
].join(', ');
const MOST_TAGS_BYTES = 4 << 20;
const MOST_TAG_PAGES = 1000;

/** One repository of a registry. All of it throws `RegistryTrouble`. Source: distribution-spec. */
export class Repository {
  /** In the words of docker's token authentication. */
  readonly scope: string;

  constructor(
    readonly session: RegistrySession,
    actions: 'pull' | 'pull,push' = 'pull',
  ) {
    this.scope = `repository:${session.endpoint.path}:${actions}`;
  }

  /** Of what is called `rest` in the repository. */
  path(rest: string): string {
    return `${this.session.endpoint.path}/${rest}`;
  }

  /** The manifest or index under a tag or digest, verified. Throws `ImageProblem` too. */
  async fetchManifest(tagOrDigest: string): Promise<FetchedManifest> {
    const answer = await this.#askForManifest('GET', tagOrDigest);
    const bytes = await readBody(answer, MOST_MANIFEST_BYTES, 'its manifest');
    const digest = digestOf(bytes);
    const wanted = isDigest(tagOrDigest) ? tagOrDigest : answer.headers['docker-content-digest'];
    if (isDigest(wanted) && wanted !== digest) {
      throw new RegistryTrouble(
        'bad-answer',
        `its manifest has the digest "${digest}" instead of "${wanted}"`,
      );
    }
    return readFetched(bytes, contentType(answer));
  }

  /** Sends a manifest or an index. Returns nothing; the registry's digest is compared with ours. */
  async putManifest(
    tagOrDigest: string,
    { bytes, descriptor }: Omit<FetchedManifest, 'document'>,
  ): Promise<void> {
    const answer = await this.session.request({
      method: 'PUT',
      path: this.path(`manifests/${tagOrDigest}`),
      headers: { 'content-type': descriptor.mediaType, 'content-length': String(bytes.length) },
      scope: this.scope,
      body: () => bytes,
      accepts: [201],
    });
    await dump(answer);
    const digest = answer.headers['docker-content-digest'];
    if (isDigest(digest) && digest !== descriptor.digest) {
      throw new RegistryTrouble(
        'bad-answer',
        `the registry has "${digest}" instead of "${descriptor.digest}"`,
      );
    }
  }

  /** Begins to fetch a blob at a byte; tried once. The answer may begin at the blob's first byte nevertheless. */
  openBlob({ digest, size }: Descriptor, fromByte: number): Promise<Answer> {
    return this.session.request({
      method: 'GET',
      path: this.path(`blobs/${digest}`),
      headers: fromByte === 0 ? {} : { range: `bytes=${fromByte}-${size - 1}` },
      scope: this.scope,
      isTriedOnce: true,
      accepts: fromByte === 0 ? [200] : [200, 206, 416],
    });
  }

  async hasBlob(digest: string): Promise<boolean> {
    const answer = await this.session.request({
      method: 'HEAD',
      path: this.path(`blobs/${digest}`),
      scope: this.scope,
      accepts: [200, 404],
    });
    await dump(answer);
    return answer.status === 200;
  }

  /** All tags, in lexical order, as the distribution-spec has it and not every registry does. */
  async listTags(): Promise<string[]> {
    const tags: string[] = [];
    let path: string | URL | undefined = this.path('tags/list?n=1000');
    for (let page = 0; path !== undefined && page < MOST_TAG_PAGES; page += 1) {
      const answer: Answer = await this.session.request({
        method: 'GET',
        path,
        scope: this.scope,
        accepts: [200],
      });
      const { tags: found = [] } = await readObject(answer, MOST_TAGS_BYTES, 'its list of tags');
      if (found === null) break;
      if (!Array.isArray(found) || found.some((tag) => typeof tag !== 'string')) {
        throw new RegistryTrouble('bad-answer', 'its list of tags is none');
      }
      tags.push(...(found as string[]));
      path = found.length === 0 ? undefined : readNextPage(answer);
    }
    return tags.sort();
  }

  #askForManifest(method: 'GET' | 'HEAD', tagOrDigest: string): Promise<Answer> {
    return this.session.request({
      method,
      path: this.path(`manifests/${tagOrDigest}`),
      headers: { accept: ACCEPT },
      scope: this.scope,
      accepts: [200],
    });
  }
}

function contentType({ headers }: Answer): string | undefined {
  const value = headers['content-type'];
  return typeof value === 'string' ? value.split(';', 1)[0]!.trim().toLowerCase() : undefined;
}

/** Source: RFC 8288; distribution-spec, "listing tags". */
function readNextPage({ headers, url }: Answer): URL | undefined {
  const { link } = headers;
  const found = typeof link === 'string' ? /<([^>]*)>\s*;\s*rel="?next"?/.exec(link)?.[1] : undefined;
  if (found === undefined) return undefined;
  if (URL.canParse(found, url.href)) {
    const next = new URL(found, url.href);
    if (next.origin === url.origin) return next;
  }
  throw new RegistryTrouble(
    'bad-answer',
    `its list of tags goes on at ${quoteText(found)}, which is elsewhere`,
  );
}
