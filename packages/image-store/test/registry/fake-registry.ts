import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request in the registry's place; `true` when it did. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** With a username, tokens are given to that user alone. */
  | {
      readonly kind: 'bearer';
      readonly username?: string;
      readonly password?: string;
      readonly lifeSeconds?: number;
    };

/** As much of the distribution-spec as the client uses, in memory. */
export class FakeRegistry {
  readonly blobs = new Map<string, Buffer>();
  /** By `repository:tag` and `repository@digest`. */
  readonly manifests = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  readonly seen: SeenRequest[] = [];
  readonly faults: Fault[] = [];
  auth: Auth = { kind: 'none' };
  readonly #tokens = new Set<string>();
  readonly #uploads = new Map<string, Buffer>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    // A busy machine may take longer between two requests than Node waits: that would be a cut of its own.
    this.#server.keepAliveTimeout = 0;
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  addBlob(bytes: Buffer): string {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return digest;
  }

  addManifest(
    repository: string,
    tag: string,
    type: string,
    document: unknown,
  ): { digest: string; size: number } {
    const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    for (const key of [`${repository}:${tag}`, `${repository}@${digest}`])
      this.manifests.set(key, { type, bytes });
    return { digest, size: bytes.length };
  }

  /** The requests so far, as `METHOD path`. */
  get log(): string[] {
    return this.seen.map(({ method, url }) => `${method} ${url}`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.seen.push({ method: request.method!, url: request.url!, headers: request.headers });
    for (const fault of this.faults) if (await fault(request, response)) return;
    const url = new URL(request.url!, `http://${this.host}`);
    if (url.pathname === '/token') return this.#giveToken(request, response, url);
    if (!this.#isAllowed(request)) return this.#challenge(response, url);
    if (url.pathname === '/v2/') return send(response, 200, '{}');
    const [, repository = '', kind, name = ''] =
      /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|tags)\/(.*)$/.exec(url.pathname) ?? [];
    if (kind === 'manifests') return this.#manifest(request, response, repository, name);
    if (kind === 'blobs') return this.#blob(request, response, name);
    if (kind === 'tags') return this.#listTags(response, repository, url);
    if (kind === 'blobs/uploads') return this.#upload(request, response, repository, name, url);
    send(response, 404, errors('NAME_UNKNOWN', 'repository name not known to registry'));
  }

  #isAllowed({ headers: { authorization } }: IncomingMessage): boolean {
    const { auth } = this;
    if (auth.kind === 'none') return true;
    if (auth.kind === 'basic') return authorization === basic(auth.username, auth.password);
    return authorization?.startsWith('Bearer ') === true && this.#tokens.has(authorization.slice(7));
  }

  #challenge(response: ServerResponse, url: URL): void {
    const scope = /^\/v2\/(.+?)\/(?:manifests|blobs|tags)\//.exec(url.pathname)?.[1];
    response.setHeader(
      'www-authenticate',
      this.auth.kind === 'basic'
        ? 'Basic realm="fake, with a comma"'
        : `Bearer realm="http://${this.host}/token",service="fake",scope="repository:${scope}:pull"`,
    );
    send(response, 401, errors('UNAUTHORIZED', 'authentication required'));
  }

  async #giveToken(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const auth = this.auth as Extract<Auth, { kind: 'bearer' }>;
    const body = new URLSearchParams((await readAll(request)).toString());
    const given = request.headers.authorization;
    const isUser =
      auth.username === undefined ||
      given === basic(auth.username, auth.password!) ||
      body.get('refresh_token') === auth.password;
    if (!isUser) return send(response, 401, '{"details":"incorrect username or password"}');
    const token = randomBytes(8).toString('hex');
    this.#tokens.add(token);
    const field = url.searchParams.has('service') ? 'token' : 'access_token';
    send(response, 200, JSON.stringify({ [field]: token, expires_in: auth.lifeSeconds ?? 300 }));
  }

  /** Tokens given so far are worth nothing any more. */
  withdrawTokens(): void {
    this.#tokens.clear();
  }

  async #manifest(request: IncomingMessage, response: ServerResponse, repository: string, name: string) {
    if (request.method === 'PUT') {
      const bytes = await readAll(request);
      const tag = name.startsWith('sha256:') ? 'untagged' : name;
      const { digest } = this.addManifest(repository, tag, request.headers['content-type']!, bytes);
      response.setHeader('docker-content-digest', digest);
      return send(response, 201, '');
    }
    const found = this.manifests.get(`${repository}${name.startsWith('sha256:') ? '@' : ':'}${name}`);
    if (found === undefined) return send(response, 404, errors('MANIFEST_UNKNOWN', 'manifest unknown'));
    response.setHeader('content-type', found.type);
    response.setHeader('docker-content-digest', digestOf(found.bytes));
    send(response, 200, request.method === 'HEAD' ? '' : found.bytes);
  }

  #blob(request: IncomingMessage, response: ServerResponse, digest: string) {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) return send(response, 404, errors('BLOB_UNKNOWN', 'blob unknown to registry'));
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (request.headers.range !== undefined) {
      response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    }
    response.setHeader('content-length', bytes.length - from);
    response.writeHead(request.headers.range === undefined ? 200 : 206);
    response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from));
  }

  #listTags(response: ServerResponse, repository: string, url: URL): void {
    const tags = [...this.manifests.keys()].filter((key) => key.startsWith(`${repository}:`));
    const names = tags.map((key) => key.slice(repository.length + 1)).sort();
    const last = url.searchParams.get('last');
    const rest = last === null ? names : names.slice(names.indexOf(last) + 1);
    const page = rest.slice(0, 2);
    if (rest.length > 2) {
      response.setHeader('link', `</v2/${repository}/tags/list?n=2&last=${page.at(-1)}>; rel="next"`);
    }
    send(response, 200, JSON.stringify({ name: repository, tags: page }));
  }

  async #upload(
    request: IncomingMessage,
    response: ServerResponse,
    repository: string,
    id: string,
    url: URL,
  ) {
    if (request.method === 'POST') return this.#beginUpload(response, repository, url);
    const before = this.#uploads.get(id);
    if (before === undefined) return send(response, 404, errors('BLOB_UPLOAD_UNKNOWN', 'upload unknown'));
    response.setHeader('location', `/v2/${repository}/blobs/uploads/${id}?state=${before.length}`);
    if (request.method === 'GET') {
      response.setHeader('range', `0-${Math.max(0, before.length - 1)}`);
      return send(response, 204, '');
    }
    const range = request.headers['content-range'];
    if (range !== undefined && Number(range.split('-')[0]) !== before.length) return send(response, 416, '');
    const all = Buffer.concat([before, await readAll(request)]);
    this.#uploads.set(id, all);
    if (request.method === 'PATCH') return send(response, 202, '');
    if (digestOf(all) !== url.searchParams.get('digest'))
      return send(response, 400, errors('DIGEST_INVALID', 'no'));
    this.addBlob(all);
    send(response, 201, '');
  }

  #beginUpload(response: ServerResponse, repository: string, url: URL) {
    const mount = url.searchParams.get('mount');
    if (mount !== null && this.blobs.has(mount)) return send(response, 201, '');
    const id = randomBytes(4).toString('hex');
    this.#uploads.set(id, Buffer.alloc(0));
    response.setHeader('location', `/v2/${repository}/blobs/uploads/${id}`);
    send(response, 202, '');
  }

  /** What has arrived of the uploads, each of them. */
  get uploads(): Buffer[] {
    return [...this.#uploads.values()];
  }
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function errors(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

export function send(response: ServerResponse, status: number, body: string | Buffer): void {
  response.writeHead(status);
  response.end(body);
}

export async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
