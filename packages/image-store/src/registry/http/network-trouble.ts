import { describeErrno, isRuntimeError } from '@mini/contracts';
import { RegistryTrouble } from '../registry-error.js';

/** A trouble that may be over by the next try. */
export class TransientTrouble extends RegistryTrouble {
  /** How long the registry asks to wait. */
  readonly waitMs: number | undefined;

  constructor(reason: string, options: { waitMs?: number | undefined; cause?: unknown } = {}) {
    super('unreachable', reason, { cause: options.cause });
    this.waitMs = options.waitMs;
  }
}

/** Nothing listens there, or there is no such place: waiting seconds for it helps nobody. */
const LASTING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EACCES',
  'EPERM',
]);

/** Node's numbers for names that are not found. Bun has others, which errno(3) has for something else: 4 is EINTR there. */
const LOOKUP_ERRNO: Readonly<Record<string, number>> = { ENOTFOUND: 3008, EAI_AGAIN: 3001 };

/** What went wrong on the way to `host`, in words. The reason of an aborted signal comes back as it is. */
export function networkTrouble(
  error: unknown,
  host: string,
  {
    signal,
    stallMs,
    proxy,
  }: { signal?: AbortSignal | undefined; stallMs: number; proxy?: string | undefined },
): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof RegistryTrouble || isRuntimeError(error)) return error;
  const { code = '', message, errno } = error as NodeJS.ErrnoException;
  const cause = { cause: error };
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new TransientTrouble(`"${host}" cannot be reached: it does not answer`, cause);
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new TransientTrouble(`"${host}" sent nothing for ${stallMs / 1000} seconds`, cause);
  }
  const through = proxy === undefined ? '' : ` through the proxy "${hostOf(proxy)}"`;
  const [, status] = /^Proxy response \((\d+)\)/.exec(message) ?? [];
  if (status !== undefined) {
    const reason = `"${host}" cannot be reached${through}, which refuses: HTTP status ${status}`;
    return new RegistryTrouble('unreachable', reason, cause);
  }
  if (isCertificateError(code)) return certificateTrouble(host, message, cause);
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return new RegistryTrouble('unreachable', `"${host}" does not speak TLS as it should`, cause);
  }
  const number = LOOKUP_ERRNO[code] ?? errno;
  const reason = typeof number === 'number' ? describeErrno(Math.abs(number)) : message;
  if (LASTING.has(code))
    return new RegistryTrouble('unreachable', `"${host}" cannot be reached${through}: ${reason}`, cause);
  return new TransientTrouble(`the connection to "${host}" failed: ${reason}`, cause);
}

function isCertificateError(code: string): boolean {
  return /CERT|UNABLE_TO_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/.test(code);
}

function certificateTrouble(host: string, message: string, cause: { cause: unknown }): RegistryTrouble {
  return new RegistryTrouble('unreachable', `the certificate of "${host}" is not trusted: ${message}`, {
    ...cause,
    hint: `put the certificate of its authority into /etc/docker/certs.d/${host}/ca.crt`,
  });
}

/** Of a proxy's address, which may hold a password. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
