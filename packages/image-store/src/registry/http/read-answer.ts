import { quoteText } from '../../errors.js';
import { RegistryTrouble } from '../registry-error.js';
import { networkTrouble, TransientTrouble } from './network-trouble.js';
import { isBusy, readRetryAfter } from './pace.js';
import { type Answer, discard } from './transport.js';

const MOST_ERROR_BYTES = 64 << 10;

/** The whole body. Throws `RegistryTrouble` when it has more than `mostBytes`, or is cut. */
export async function readBody(answer: Answer, mostBytes: number, what: string): Promise<Buffer> {
  const claimed = Number(answer.headers['content-length'] ?? 0);
  const tooMany = () => new RegistryTrouble('bad-answer', `${what} has more than ${mostBytes} bytes`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (claimed > mostBytes) throw tooMany();
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooMany();
      chunks.push(chunk);
    }
  } catch (error) {
    discard(answer);
    throw networkTrouble(error, answer.url.host, { stallMs: 0 });
  }
  return Buffer.concat(chunks);
}

/** The JSON object of a body. */
export async function readObject(
  answer: Answer,
  mostBytes: number,
  what: string,
): Promise<Record<string, unknown>> {
  return parseObject(await readBody(answer, mostBytes, what), what);
}

export function parseObject(bytes: Buffer, what: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below, for both.
  }
  throw new RegistryTrouble('bad-answer', `${what} is no JSON object`);
}

/** What an answer that is no success means; its body is taken. `login` is what the user would type to log in. */
export async function troubleOf(answer: Answer, registry: string): Promise<RegistryTrouble> {
  const { status } = answer;
  const said = await readErrors(answer);
  const more = said === '' ? '' : `: ${said}`;
  const shown = said === '' ? `HTTP status ${status}` : said;
  if (isBusy(answer)) {
    const reason =
      status === 429 ? `"${registry}" has had too many requests: ${shown}` : `"${registry}" failed: ${shown}`;
    return new TransientTrouble(reason, { waitMs: readRetryAfter(answer.headers['retry-after']) });
  }
  if (status === 401 || status === 403) {
    const reason = `access denied, the repository does not exist or needs a login${more}`;
    return new RegistryTrouble('denied', reason, { status, hint: `log in with: mini login ${registry}` });
  }
  if (status === 404)
    return new RegistryTrouble('no-such-image', `"${registry}" does not have it${more}`, { status });
  return new RegistryTrouble('registry-failed', `"${registry}" refuses: ${shown}`, { status });
}

/** Source: distribution-spec, error codes. */
async function readErrors(answer: Answer): Promise<string> {
  let text: string;
  try {
    text = (await readBody(answer, MOST_ERROR_BYTES, 'the error')).toString('utf8');
  } catch {
    return '';
  }
  try {
    const { errors } = JSON.parse(text) as { errors?: readonly { code?: unknown; message?: unknown }[] };
    if (!Array.isArray(errors)) return '';
    return errors.slice(0, 3).flatMap(describeError).join(', ');
  } catch {
    return '';
  }
}

function describeError(error: { code?: unknown; message?: unknown } | null): string[] {
  const text = error?.message || error?.code;
  return typeof text === 'string' && text !== '' ? [quoteText(text).slice(1, -1)] : [];
}
