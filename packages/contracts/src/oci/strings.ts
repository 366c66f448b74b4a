import { stringThat } from '../describe/scalars.js';

/** Strings that the runtime-spec gives a form, in words for messages. */

export const absolutePath = stringThat((path) => path.startsWith('/'), 'an absolute path');

export const nonEmpty = stringThat((value) => value !== '', 'a string with at least one character');

/** `NAME=value` of environ(7). */
export const variable = stringThat((value) => value.indexOf('=') > 0, 'of the form NAME=value');

/** The list format of cpuset(7): `0-3,7`. */
export const numberList = stringThat(
  (list) => /^(?:\d+(?:-\d+)?(?:\s*,\s*\d+(?:-\d+)?)*)?$/.test(list.trim()),
  'a list of numbers and ranges such as "0-3,7"',
);

/** The name of a network interface: 1 to 15 bytes, see dev_valid_name() of the kernel. */
export const interfaceName = stringThat(
  (name) => /^[^/:\s]{1,15}$/.test(name) && Buffer.byteLength(name) < 16 && name !== '.' && name !== '..',
  'the name of a network interface',
);

/** One directory or file, never a path. */
export const fileName = stringThat(
  (name) => name !== '' && name !== '.' && name !== '..' && !name.includes('/'),
  'the name of a file without "/"',
);
