import type { Environment } from '../config/environment.js';
import { TransientTrouble } from '../http/network-trouble.js';
import { isBusy, readRetryAfter } from '../http/pace.js';
import { readBody, readObject } from '../http/read-answer.js';
import { type Answer, dump, type Transport } from '../http/transport.js';
import { RegistryTrouble } from '../registry-error.js';
import { type Challenge, parseChallenges } from './challenge.js';
import { type Credentials, findCredentials } from './credentials.js';

export interface AuthorizerOptions {
  readonly transport: Transport;
  /** As names of images have it: what credentials are kept under. */
  readonly registry: string;
  readonly path: string;
  readonly env: Environment;
  readonly insecure: boolean;
  /** Used instead of those that the files have. */
  readonly credentials?: Credentials | undefined;
}

const CLIENT_ID = 'mini';
const MOST_TOKEN_BYTES = 1 << 20;
/** A token without a lifetime has this one. Source: docker's token authentication. */
const DEFAULT_LIFE_S = 60;
/** How long before its end a token is no longer used. */
const MARGIN_MS = 10_000;

interface Token {
  readonly text: string;
  readonly endsAt: number;
}

/** Knows how one registry wants to be asked, and has tokens for it, one a scope. */
export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #tokens = new Map<string, Promise<Token>>();
  #challenge: Challenge | undefined;
  #credentials: Promise<Credentials | undefined> | undefined;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
  }

  /** The `Authorization` header for a scope, once the registry has said what it wants. */
  async headerFor(scope: string, signal?: AbortSignal): Promise<string | undefined> {
    if (this.#challenge === undefined) return undefined;
    const credentials = await this.#findCredentials();
    if (credentials?.kind === 'registry-token') return `Bearer ${credentials.token}`;
    if (this.#challenge.scheme === 'basic')
      return credentials?.kind === 'password' ? basic(credentials) : undefined;
    return `Bearer ${await this.#tokenFor(scope, this.#challenge, credentials, signal)}`;
  }

  /**
   * Takes note of what a refusal asks for. `false` when asking again would change nothing: the registry knew a token of
   * ours, or there is nothing to show it.
   */
  async learn(answer: Answer, scope: string, wasAuthorized: boolean): Promise<boolean> {
    const challenges = parseChallenges(answer.headers['www-authenticate']);
    const wanted =
      challenges.find(({ scheme }) => scheme === 'bearer') ??
      challenges.find(({ scheme }) => scheme === 'basic');
    if (wanted === undefined) return false;
    this.#challenge = wanted;
    // A token that was good may have been withdrawn: one new one is asked for.
    this.#tokens.delete(scope);
    if (wanted.scheme === 'bearer') return true;
    return !wasAuthorized && (await this.#findCredentials())?.kind === 'password';
  }

  #findCredentials(): Promise<Credentials | undefined> {
    const { credentials, registry, path, env } = this.#options;
    this.#credentials ??=
      credentials === undefined ? findCredentials(registry, path, env) : Promise.resolve(credentials);
    return this.#credentials;
  }

  async #tokenFor(
    scope: string,
    challenge: Challenge,
    credentials: Credentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const known = await this.#tokens.get(scope);
    if (known !== undefined && known.endsAt - MARGIN_MS > Date.now()) return known.text;
    // Several blobs are asked for at the same time: they share the token.
    const asked = this.#askForToken(scope, challenge, credentials, signal);
    this.#tokens.set(scope, asked);
    try {
      return (await asked).text;
    } catch (error) {
      this.#tokens.delete(scope);
      throw error;
    }
  }

  async #askForToken(
    scope: string,
    { parameters }: Challenge,
    credentials: Credentials | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Token> {
    const { transport, registry, insecure } = this.#options;
    const realm = readRealm(parameters.get('realm'), registry, insecure);
    const query = new URLSearchParams();
    const service = parameters.get('service');
    if (service !== undefined) query.set('service', service);
    for (const each of scope.split(' ')) if (each !== '') query.append('scope', each);
    const answer = await transport.send({
      ...describeTokenRequest(realm, query, credentials),
      insecure,
      signal,
    });
    if (answer.status !== 200) throw await refusalOf(answer, registry, credentials);
    return readToken(await readObject(answer, MOST_TOKEN_BYTES, `the token of "${realm.host}"`), realm);
  }
}

function describeTokenRequest(realm: URL, query: URLSearchParams, credentials: Credentials | undefined) {
  if (credentials?.kind === 'identity-token') {
    const scopes = query.getAll('scope').join(' ');
    query.delete('scope');
    if (scopes !== '') query.set('scope', scopes);
    query.set('grant_type', 'refresh_token');
    query.set('refresh_token', credentials.token);
    query.set('client_id', CLIENT_ID);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: query.toString() } as const;
  }
  const url = new URL(realm.href);
  if (credentials?.kind === 'password') url.searchParams.set('account', credentials.username);
  for (const [name, value] of query) url.searchParams.append(name, value);
  const headers = credentials?.kind === 'password' ? { authorization: basic(credentials) } : {};
  return { method: 'GET', url, headers } as const;
}

/** Credentials go there: not over plain HTTP, unless the registry is used so. */
function readRealm(realm: string | undefined, registry: string, insecure: boolean): URL {
  if (realm === undefined || !URL.canParse(realm)) {
    throw new RegistryTrouble('bad-answer', `"${registry}" does not say where its tokens are to be had`);
  }
  const url = new URL(realm);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && insecure)) return url;
  throw new RegistryTrouble(
    'bad-answer',
    `"${registry}" wants tokens to be had at "${url.protocol}//${url.host}", which is not secured`,
  );
}

function readToken(document: Record<string, unknown>, realm: URL): Token {
  const text = document.token || document.access_token;
  if (typeof text !== 'string' || text === '' || /[^\x21-\x7e]/.test(text)) {
    throw new RegistryTrouble('bad-answer', `the answer of "${realm.host}" holds no token`);
  }
  const life = document.expires_in;
  const seconds = typeof life === 'number' && life > 0 ? Math.max(life, DEFAULT_LIFE_S) : DEFAULT_LIFE_S;
  return { text, endsAt: Date.now() + seconds * 1000 };
}

async function refusalOf(answer: Answer, registry: string, credentials: Credentials | undefined) {
  const { status } = answer;
  if (isBusy(answer)) {
    await dump(answer);
    const waitMs = readRetryAfter(answer.headers['retry-after']);
    return new TransientTrouble(`"${answer.url.host}" gives no token: HTTP status ${status}`, { waitMs });
  }
  await readBody(answer, MOST_TOKEN_BYTES, 'the error').catch(() => {});
  const hint = { hint: `log in with: mini login ${registry}` };
  if (status !== 401 && status !== 403) {
    return new RegistryTrouble(
      'registry-failed',
      `"${answer.url.host}" gives no token: HTTP status ${status}`,
    );
  }
  if (credentials === undefined) {
    return new RegistryTrouble(
      'denied',
      'access denied, the repository does not exist or needs a login',
      hint,
    );
  }
  const whose = credentials.kind === 'password' ? ` of the user ${JSON.stringify(credentials.username)}` : '';
  return new RegistryTrouble('denied', `"${registry}" refuses the credentials${whose}`, hint);
}

function basic({ username, password }: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
