import { Authorizer } from './auth/authorizer.js';
import type { Credentials } from './auth/credentials.js';
import type { Endpoint } from './config/endpoints.js';
import { type Environment, processEnvironment } from './config/environment.js';
import { findProxy, hostnameOf, isLoopback } from './config/proxies.js';
import { DEFAULT_PACE, isBusy, type Pace, retrying } from './http/pace.js';
import { troubleOf } from './http/read-answer.js';
import { type Answer, dump, type Request, Transport } from './http/transport.js';
import { RegistryTrouble } from './registry-error.js';

/** How registries are talked to. */
export interface RegistryOptions {
  /** The process's own unless given: where files are, proxies. */
  readonly env?: Environment;
  readonly pace?: Pace;
  /** For how long a registry may send nothing. 30,000 unless told. */
  readonly stallMs?: number;
  /** Used instead of those that the files have. */
  readonly credentials?: Credentials;
  /** Whether certificates are verified and plain HTTP is refused; decided by registries.conf unless given. */
  readonly verifyTls?: boolean;
  readonly signal?: AbortSignal;
}

/** A request to a registry. */
export interface RegistryRequest {
  readonly method: Request['method'];
  /** Below `/v2/`, or in full as the registry gave it. */
  readonly path: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the token has to allow, in the words of docker's token authentication. */
  readonly scope: string;
  /** Makes the body, once for each try; a request whose body can be made once only is tried once. */
  readonly body?: () => NonNullable<Request['body']>;
  readonly isTriedOnce?: boolean;
  /** The statuses that are answers; all others are thrown. */
  readonly accepts: readonly number[];
}

/** One registry at one endpoint: which scheme it speaks, what it wants to be shown. To be closed. */
export class RegistrySession {
  readonly #transport: Transport;
  readonly #authorizer: Authorizer;
  readonly #insecure: boolean;
  readonly #env: Environment;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
  #base: Promise<URL> | undefined;

  constructor(
    readonly endpoint: Endpoint,
    options: RegistryOptions = {},
  ) {
    const {
      env = processEnvironment(),
      stallMs,
      credentials,
      verifyTls,
      pace = DEFAULT_PACE,
      signal,
    } = options;
    this.pace = pace;
    this.signal = signal;
    this.#env = env;
    this.#transport = new Transport({ env, ...(stallMs === undefined ? {} : { stallMs }) });
    this.#insecure = verifyTls === undefined ? endpoint.insecure || isLocal(endpoint.host) : !verifyTls;
    const { registry, path } = endpoint;
    this.#authorizer = new Authorizer({
      transport: this.#transport,
      registry,
      path,
      env,
      insecure: this.#insecure,
      credentials,
    });
  }

  /** Tries until the registry answers. Throws `RegistryTrouble`, and the reason of the signal. */
  async request(request: RegistryRequest): Promise<Answer> {
    if (request.isTriedOnce) return this.#try(request);
    return retrying(this.pace, this.signal, () => this.#try(request));
  }

  /** The body of an answer, piece by piece. Throws `RegistryTrouble`, and the reason of the signal. */
  chunksOf(answer: Answer): AsyncGenerator<Buffer, void, undefined> {
    return this.#transport.chunksOf(answer, this.signal);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #try(request: RegistryRequest): Promise<Answer> {
    const { accepts, scope } = request;
    let answer = await this.#send(request);
    for (let asked = 0; answer.status === 401 && asked < 2; asked += 1) {
      const again = await this.#authorizer.learn(answer, scope, asked > 0);
      if (!again || (asked > 0 && request.isTriedOnce)) break;
      const authorization = await this.#authorizer.headerFor(scope, this.signal);
      await dump(answer);
      answer = await this.#send(request, authorization);
    }
    if (accepts.includes(answer.status) && !isBusy(answer)) return answer;
    throw await troubleOf(answer, this.endpoint.registry);
  }

  async #send({ method, path, headers, scope, body }: RegistryRequest, given?: string): Promise<Answer> {
    const base = await this.#findBase();
    const url = typeof path === 'string' ? new URL(path, base) : path;
    // What a registry names beside itself gets no credentials.
    const authorization =
      url.origin === base.origin
        ? (given ?? (await this.#authorizer.headerFor(scope, this.signal)))
        : undefined;
    return this.#transport.send({
      method,
      url,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      insecure: this.#insecure,
      signal: this.signal,
      ...(body === undefined ? {} : { body: body() }),
    });
  }

  #findBase(): Promise<URL> {
    this.#base ??= this.#insecure ? this.#probe() : Promise.resolve(this.#at('https'));
    return this.#base;
  }

  /** A registry that need not be secure may be nevertheless: that is tried first. */
  async #probe(): Promise<URL> {
    try {
      const url = this.#at('https');
      await dump(await this.#transport.send({ method: 'GET', url, insecure: true, signal: this.signal }));
      return url;
    } catch (error) {
      // Nothing there, or a certificate that ought to be trusted, is not mended by another scheme.
      if (!(error instanceof RegistryTrouble) || error.hint !== undefined) throw error;
      const url = this.#at('http');
      // What is plain may take another way, or be let through where the other was not.
      if (/cannot be reached/.test(error.message) && findProxy(url, this.#env) === undefined) throw error;
      return url;
    }
  }

  #at(scheme: string): URL {
    const text = `${scheme}://${this.endpoint.host}/v2/`;
    if (URL.canParse(text)) return new URL(text);
    throw new RegistryTrouble('bad-reference', `"${this.endpoint.host}" is no host`);
  }
}

function isLocal(host: string): boolean {
  return URL.canParse(`http://${host}/`) && isLoopback(hostnameOf(new URL(`http://${host}/`)));
}
