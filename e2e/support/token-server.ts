import { createHash, createPrivateKey, randomBytes, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execaSync } from 'execa';
import { freshDirectory } from './roots.js';

export const ISSUER = 'test tokens';
export const SERVICE = 'test registry';

/** Who may do what: user and password, then what a token of theirs allows; `''` is who shows nothing. */
export type Rights = Readonly<Record<string, readonly ('pull' | 'push')[]>>;

export interface TokenServer {
  readonly realm: string;
  /** The file with the certificate that its tokens are verified by. */
  readonly certificate: string;
  /** Scopes in the order in which they were asked for, with the user. */
  readonly asked: string[];
}

/**
 * Gives the tokens that docker-registry takes: JSON web tokens, signed with a key of its own. Source: docker's token authentication specification and its JWT profile.
 */
export async function startTokenServer(t: ExecutionContext, rights: Rights): Promise<TokenServer> {
  const directory = freshDirectory('tokens');
  const [key, certificate] = [join(directory, 'token.key'), join(directory, 'token.crt')];
  const words = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=tokens'];
  execaSync('openssl', ['req', '-x509', ...words, '-keyout', key, '-out', certificate, '-days', '30']);
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    const scopes = new URL(url, 'http://tokens').searchParams.getAll('scope');
    const shown = /^Basic (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const user = Buffer.from(shown, 'base64').toString();
    asked.push(`${user.split(':')[0]} ${scopes.join()}`);
    const allowed = rights[user];
    if (allowed === undefined) return response.writeHead(401).end();
    const access = scopes.map((scope) => {
      const [type, name, actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',').filter((each) => allowed.includes(each as 'pull')) };
    });
    return response.end(JSON.stringify({ token: makeToken(key, certificate, access), expires_in: 300 }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, certificate, asked };
}

function makeToken(keyFile: string, certificate: string, access: readonly object[]): string {
  const { raw } = new X509Certificate(readFileSync(certificate));
  const seconds = Math.floor(Date.now() / 1000);
  const parts = [
    { typ: 'JWT', alg: 'ES256', x5c: [raw.toString('base64')] },
    {
      iss: ISSUER,
      aud: SERVICE,
      sub: 'somebody',
      nbf: seconds - 60,
      iat: seconds,
      exp: seconds + 300,
      jti: createHash('sha256').update(randomBytes(8)).digest('hex'),
      access,
    },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const key = createPrivateKey(readFileSync(keyFile));
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
