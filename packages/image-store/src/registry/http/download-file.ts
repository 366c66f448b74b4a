import { type Environment, processEnvironment } from '../config/environment.js';
import { explainTrouble, RegistryTrouble } from '../registry-error.js';
import { dump, Transport } from './transport.js';

export interface DownloadOptions {
  /** The process's own unless given: proxies, certificates. */
  readonly env?: Environment;
  /** For how long nothing may arrive. 30,000 unless told. */
  readonly stallMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of a file on the web, asked for once: through the proxies and with the certificates that registries are asked with. A user
 * and a password in the address are shown to its host alone. Rejects with `RuntimeError` `unreachable`, `bad-answer`,
 * `registry-failed`, whose sentence names the address without the password; with the reason of the signal.
 */
export async function* downloadFile(
  url: URL,
  { env = processEnvironment(), signal, ...options }: DownloadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const transport = new Transport({ env, ...options });
  try {
    const answer = await transport.send({ method: 'GET', url, headers: describeUser(url), signal });
    if (answer.status !== 200) {
      await dump(answer);
      const reason = `"${answer.url.host}" answers with HTTP status ${answer.status}`;
      throw new RegistryTrouble('registry-failed', reason);
    }
    yield* transport.chunksOf(answer, signal);
  } catch (error) {
    throw explainTrouble('read', withoutPassword(url), error);
  } finally {
    await transport.close();
  }
}

function describeUser({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** An address as it may be shown. */
export function withoutPassword(url: URL): string {
  const shown = new URL(url);
  if (shown.password !== '') shown.password = 'xxxxx';
  return shown.href;
}
