import type { Mount } from '@mini/contracts';
import { volumeError } from './volume-errors.js';

const KNOWN = ['type', 'device', 'o'];

/** Checks the options of the driver `local`, docker's: all of a file system, or none. Throws `RuntimeError` `bad-volume`. */
export function checkDriverOptions(name: string, options: Readonly<Record<string, string>>): void {
  const refuse = (reason: string) =>
    volumeError('bad-volume', `failed to make volume ${JSON.stringify(name)}: ${reason}`);
  const given = Object.keys(options);
  const unknown = given.find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw refuse(`the driver "local" has no option ${JSON.stringify(unknown)}, only ${KNOWN.join(', ')}`);
  }
  if (given.length === 0) return;
  for (const key of ['type', 'device']) {
    if (options[key] === undefined || options[key] === '') throw refuse(`the option "${key}" is missing`);
  }
  if (isBound(options) && !options.device!.startsWith('/')) {
    throw refuse(`the device ${JSON.stringify(options.device)} of a bind is not an absolute path`);
  }
}

/** The mount that such options stand for, as the OCI runtime-spec writes it; `words` are those of the container's own mount. */
export function toDriverMount(
  options: Readonly<Record<string, string>>,
  destination: string,
  words: readonly string[],
): Mount {
  const { type = '', device = '' } = options;
  if (isBound(options)) {
    const own = listWords(options).filter((word) => word !== 'bind' && word !== 'rbind');
    return { destination, type: 'bind', source: device, options: ['rbind', 'rprivate', ...own, ...words] };
  }
  return { destination, type, source: device, options: [...listWords(options), ...words] };
}

/** A directory of this machine instead of a file system. */
export function isBound(options: Readonly<Record<string, string>>): boolean {
  return listWords(options).some((word) => word === 'bind' || word === 'rbind');
}

function listWords({ o = '' }: Readonly<Record<string, string>>): string[] {
  return o.split(',').filter((word) => word !== '');
}
