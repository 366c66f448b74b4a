/** A text that is no JSON document which we read, and why. */
export type RawText = readonly [name: string, source: string | Uint8Array, reason: string];

const START = '{"ociVersion":"1.0.2","root":{"path":"rootfs"},';
const REST =
  '"process":{"user":{"uid":0,"gid":0},"args":["/bin/true"],"cwd":"/"},"linux":{"namespaces":[{"type":"mount"}]}}';
const GOOD = START + REST;
const TOO_LARGE = 4 * 1024 * 1024;

export const RAW_TEXTS: readonly RawText[] = [
  ['nothing at all', '', 'the document ends too early at line 1, column 1'],
  ['white space alone', ' \n\t\n', 'the document ends too early at line 3, column 1'],
  ['NUL alone', '\0', 'a value is expected at line 1, column 1'],
  ['cut short', GOOD.slice(0, -1), '"," or "}" is expected at line 1, column 157'],
  [
    'cut short in a string',
    `${START}"process":{"cwd":"/`,
    'the string is not closed or holds what must be escaped at line 1, column 65',
  ],
  [
    'another document after it',
    `${GOOD}{}`,
    'there is more after the end of the document at line 1, column 158',
  ],
  ['text after it', `${GOOD}\nx`, 'there is more after the end of the document at line 2, column 1'],
  ['NUL after it', `${GOOD}\0`, 'there is more after the end of the document at line 1, column 158'],
  ['a comma at the end', `${START}}`, 'a name in quotes is expected at line 1, column 48'],
  ['a comment', `/* why */ ${GOOD}`, 'a value is expected at line 1, column 1'],
  ['single quotes', "{'ociVersion':'1.0.2'}", 'a name in quotes is expected at line 1, column 2'],
  ['a name without quotes', '{ociVersion:"1.0.2"}', 'a name in quotes is expected at line 1, column 2'],
  ['no colon', '{"ociVersion" "1.0.2"}', '":" is expected at line 1, column 15'],
  ['no comma', '{"root":{"path":"a"} "hostname":"b"}', '"," or "}" is expected at line 1, column 22'],
  [
    'a raw line break in a string',
    `${START}"hostname":"a\nb"}`,
    'the string is not closed or holds what must be escaped at line 1, column 59',
  ],
  [
    'a raw NUL in a string',
    `${START}"hostname":"a\0b"}`,
    'the string is not closed or holds what must be escaped at line 1, column 59',
  ],
  [
    'an unknown escape',
    `${START}"hostname":"\\x41"}`,
    'the string is not closed or holds what must be escaped at line 1, column 59',
  ],
  [
    'a number that begins with zero',
    `${START}"linux":{"resources":{"pids":{"limit":010}}}}`,
    '"," or "}" is expected at line 1, column 87',
  ],
  [
    'hexadecimal',
    `${START}"linux":{"resources":{"pids":{"limit":0x10}}}}`,
    '"," or "}" is expected at line 1, column 87',
  ],
  [
    'NaN',
    `${START}"linux":{"resources":{"pids":{"limit":NaN}}}}`,
    'a value is expected at line 1, column 86',
  ],
  [
    'a number beyond all doubles',
    `${START}"linux":{"resources":{"blockIO":{"weight":1e999}}},${REST}`,
    'the number is larger than any double at line 1, column 90',
  ],
  [
    'a member given twice',
    `${START}"root":{"path":"/"},${REST}`,
    'the name "root" is given twice at line 1, column 48',
  ],
  [
    'a member given twice, escaped',
    `${START}"\\u0072oot":{"path":"/"},${REST}`,
    'the name "root" is given twice at line 1, column 48',
  ],
  [
    'a member given twice, far inside',
    `${START}"annotations":{"a":"b","a":"c"},${REST}`,
    'the name "a" is given twice at line 1, column 71',
  ],
  [
    'arrays 10,000 deep',
    `${START}"x":${'['.repeat(10_000)}${']'.repeat(10_000)},${REST}`,
    'objects and arrays are nested deeper than 100 at line 1, column 151',
  ],
  [
    'objects 10,000 deep',
    `${'{"x":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    'objects and arrays are nested deeper than 100 at line 1, column 501',
  ],
  [
    'arrays that are never closed',
    '['.repeat(1_000_000),
    'objects and arrays are nested deeper than 100 at line 1, column 101',
  ],
  ['larger than we read', `${GOOD}${' '.repeat(TOO_LARGE)}`, 'it has more than 4194304 bytes'],
  ['a byte order mark', `\ufeff${GOOD}`, 'a value is expected at line 1, column 1'],
  ['UTF-16', Buffer.from(GOOD, 'utf16le'), 'a name in quotes is expected at line 1, column 2'],
  ['bytes that are not UTF-8', Buffer.from(GOOD.replace('rootfs', 'root\xff'), 'latin1'), 'it is not UTF-8'],
];
