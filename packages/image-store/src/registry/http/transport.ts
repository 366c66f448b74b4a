import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { readCertificates, readMachineAuthorities } from '../config/certificates.js';
import type { Environment } from '../config/environment.js';
import { findProxy } from '../config/proxies.js';
import { RegistryTrouble } from '../registry-error.js';
import { networkTrouble } from './network-trouble.js';

/** One request, redirects included. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  /** Certificates that nobody vouches for are accepted, and plain HTTP behind a redirect. */
  readonly insecure?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** To be read to its end, or dumped. */
  readonly body: Dispatcher.ResponseData['body'];
  /** Where it came from in the end. */
  readonly url: URL;
}

export interface TransportOptions {
  readonly env: Environment;
  /** For how long the other side may send nothing before it is given up. 30,000 unless told. */
  readonly stallMs?: number;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;
const CONNECT_MS = 15_000;
/** A registry may look at all it was sent before it answers. */
const UPLOAD_ANSWER_MS = 300_000;

/** Sends requests through the proxies and with the certificates that the machine is set up for. To be closed. */
export class Transport {
  readonly #env: Environment;
  readonly #stallMs: number;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor({ env, stallMs = 30_000 }: TransportOptions) {
    this.#env = env;
    this.#stallMs = stallMs;
  }

  /** Throws `RegistryTrouble`, and the reason of the signal. Credentials are never sent on to another host. */
  async send(request: Request): Promise<Answer> {
    let { url } = request;
    let headers = { 'user-agent': 'mini', 'accept-encoding': 'identity', ...request.headers };
    for (let hop = 0; ; hop += 1) {
      const answer = await this.#sendOnce(request, url, headers);
      const { location } = answer.headers;
      const mayFollow = request.method === 'GET' || request.method === 'HEAD';
      if (!mayFollow || !REDIRECTS.has(answer.status) || typeof location !== 'string') return answer;
      await dump(answer);
      if (hop === MOST_REDIRECTS)
        throw new RegistryTrouble('bad-answer', `"${url.host}" redirects without end`);
      const next = readLocation(location, url, request.insecure === true);
      if (next.origin !== url.origin) headers = withoutCredentials(headers);
      url = next;
    }
  }

  /** The body, piece by piece. Throws `RegistryTrouble`, and the reason of the signal. */
  async *chunksOf({ body, url }: Answer, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) yield chunk;
    } catch (error) {
      throw networkTrouble(error, url.host, { signal, stallMs: this.#stallMs });
    }
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(open.map(async (each) => (await each).destroy()));
  }

  async #sendOnce(request: Request, url: URL, headers: Record<string, string>): Promise<Answer> {
    const { method, body, signal } = request;
    try {
      const dispatcher = await this.#dispatcherFor(url, request.insecure === true);
      const {
        statusCode,
        headers: received,
        body: content,
      } = await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        bodyTimeout: this.#stallMs,
        headersTimeout: body === undefined ? this.#stallMs : Math.max(this.#stallMs, UPLOAD_ANSWER_MS),
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { status: statusCode, headers: received, body: content, url };
    } catch (error) {
      const proxy = findProxy(url, this.#env);
      throw networkTrouble(error, url.host, { signal, stallMs: this.#stallMs, proxy });
    }
  }

  #dispatcherFor(url: URL, insecure: boolean): Promise<Dispatcher> {
    const key = `${url.origin} ${insecure}`;
    let dispatcher = this.#dispatchers.get(key);
    if (dispatcher === undefined) {
      dispatcher = this.#makeDispatcher(url, insecure);
      this.#dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  }

  async #makeDispatcher(url: URL, insecure: boolean): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await import('./undici.js');
    const tls = url.protocol === 'https:' ? describeTls(url, this.#env, insecure) : {};
    const proxy = findProxy(url, this.#env);
    const limits = { connectTimeout: CONNECT_MS, maxHeaderSize: 64 << 10 };
    if (proxy === undefined) return new Agent({ ...limits, connect: { ...tls, timeout: CONNECT_MS } });
    // Proxies let through to ports of TLS alone, as a rule: what is plain they forward.
    return new ProxyAgent({ ...limits, uri: proxy, requestTls: tls, proxyTunnel: false });
  }
}

/** Takes what is left of an answer that nobody wants, so that its connection can be used again. */
export async function dump({ body }: Answer): Promise<void> {
  await body.dump({ limit: 64 << 10 }).catch(() => {});
}

/** Gives up what is left of an answer, and its connection. */
export function discard({ body }: Answer): void {
  body.on('error', () => {}).destroy();
}

function describeTls(url: URL, env: Environment, insecure: boolean) {
  const { authorities, client } = readCertificates(url.host, env);
  const shown = client === undefined ? {} : { cert: client.certificate, key: client.key };
  // Who says whom to trust for a registry means it.
  if (insecure && authorities.length === 0) return { ...shown, rejectUnauthorized: false };
  return { ...shown, ca: [...authorities, ...readMachineAuthorities(env)] };
}

function readLocation(location: string, from: URL, insecure: boolean): URL {
  if (!URL.canParse(location, from.href)) {
    throw new RegistryTrouble('bad-answer', `"${from.host}" redirects to what is no address`);
  }
  const next = new URL(location, from.href);
  const isPlain = next.protocol === 'http:' && (insecure || from.protocol === 'http:');
  if (next.protocol === 'https:' || isPlain) return next;
  throw new RegistryTrouble(
    'bad-answer',
    `"${from.host}" redirects to "${next.protocol}//${next.host}", which is not secured`,
  );
}

function withoutCredentials(headers: Record<string, string>) {
  const { authorization: _, ...rest } = headers;
  return rest as typeof headers & { 'user-agent': string; 'accept-encoding': string };
}
