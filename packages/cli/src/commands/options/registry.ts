import type { Arguments } from '../command-line/read-arguments.js';
import { flag } from './plain-option.js';

/** A flag of all commands that talk to registries. */
export const TLS_VERIFY = flag(
  '--tls-verify',
  'Verify certificates, and refuse plain HTTP; default as registries.conf says',
);

/** What it says; nothing when it is not given. */
export function readTlsVerify(given: Arguments): { verifyTls?: boolean } {
  return given.get('tls-verify') === undefined ? {} : { verifyTls: given.has('tls-verify') };
}
