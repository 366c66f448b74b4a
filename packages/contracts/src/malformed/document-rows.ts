import type { MalformedRow } from './malformed-documents.js';

/** The members of a config.json itself. */
export const DOCUMENT_ROWS: readonly MalformedRow[] = [
  ['ociVersion', undefined, 'it is missing (ociVersion)'],
  ['ociVersion', null, 'null is not a string (ociVersion)'],
  ['ociVersion', 1, '1 is not a string (ociVersion)'],
  ['ociVersion', '', '"" is not a version such as "1.2.0" (ociVersion)'],
  ['ociVersion', '1.2', '"1.2" is not a version such as "1.2.0" (ociVersion)'],
  ['ociVersion', 'v1.2.0', '"v1.2.0" is not a version such as "1.2.0" (ociVersion)'],
  ['ociVersion', '01.2.0', '"01.2.0" is not a version such as "1.2.0" (ociVersion)'],
  ['ociVersion', '2.0.0', 'version "2.0.0" is not one of 1.0 to 1.3 (ociVersion)'],
  ['ociVersion', '0.9.0', 'version "0.9.0" is not one of 1.0 to 1.3 (ociVersion)'],
  ['ociVersion', '1.4.0', 'version "1.4.0" is not one of 1.0 to 1.3 (ociVersion)'],
  ['ociVersion', '1.0.2\n', '"1.0.2\\n" is not a version such as "1.2.0" (ociVersion)'],
  ['root', undefined, 'it is missing (root)'],
  ['root', null, 'null is not an object (root)'],
  ['root', 'rootfs', '"rootfs" is not an object (root)'],
  ['root', [], 'an array is not an object (root)'],
  ['root.path', undefined, 'it is missing (root.path)'],
  ['root.path', '', '"" is not a string with at least one character (root.path)'],
  ['root.path', 7, '7 is not a string (root.path)'],
  ['root.path', 'root\u0000fs', '"root\\u0000fs" is not a string without NUL (root.path)'],
  ['root.readonly', 'true', '"true" is not true or false (root.readonly)'],
  ['root.readonly', 1, '1 is not true or false (root.readonly)'],
  ['hostname', 5, '5 is not a string (hostname)'],
  ['hostname', 'box\u0000', '"box\\u0000" is not a string without NUL (hostname)'],
  [
    'hostname',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'it has 65 bytes, at most 64 fit (hostname)',
  ],
  ['domainname', {}, 'an object is not a string (domainname)'],
  ['domainname', 'ééééééééééééééééééééééééééééééééé', 'it has 66 bytes, at most 64 fit (domainname)'],
  ['annotations', [], 'an array is not an object (annotations)'],
  ['annotations', { '': 'x' }, '"" is not a string with at least one character (annotations[""])'],
  ['annotations', { key: 1 }, '1 is not a string (annotations["key"])'],
  ['annotations', { key: null }, 'null is not a string (annotations["key"])'],
];

/** config.md, mounts. */
export const MOUNT_ROWS: readonly MalformedRow[] = [
  ['mounts', {}, 'an object is not an array (mounts)'],
  ['mounts', [null], 'null is not an object (mounts[0])'],
  ['mounts', [{}], 'it is missing (mounts[0].destination)'],
  ['mounts', [{ destination: '' }], '"" is not a string with at least one character (mounts[0].destination)'],
  [
    'mounts',
    [{ destination: '/a\u0000b' }],
    '"/a\\u0000b" is not a string without NUL (mounts[0].destination)',
  ],
  ['mounts', [{ destination: 7 }], '7 is not a string (mounts[0].destination)'],
  ['mounts', [{ destination: '/a', type: 1 }], '1 is not a string (mounts[0].type)'],
  ['mounts', [{ destination: '/a', source: [] }], 'an array is not a string (mounts[0].source)'],
  [
    'mounts',
    [{ destination: '/a', type: 'tmpfs', options: 'ro' }],
    '"ro" is not an array (mounts[0].options)',
  ],
  [
    'mounts',
    [{ destination: '/a', type: 'tmpfs', options: ['ro', 3] }],
    '3 is not a string (mounts[0].options[1])',
  ],
  ['mounts', [{ destination: '/a', options: ['rbind'] }], 'a bind mount needs it (mounts[0].source)'],
  ['mounts', [{ destination: '/a', type: 'bind', source: '' }], 'a bind mount needs it (mounts[0].source)'],
  [
    'mounts',
    [{ destination: '/a', source: '/b', options: ['bind', 'idmap'] }],
    '"idmap" needs mappings or a namespace of type "user" (mounts[0].options[1])',
  ],
  [
    'mounts',
    [
      {
        destination: '/a',
        source: '/b',
        options: ['bind', 'idmap'],
        uidMappings: [{ containerID: 0, hostID: 0, size: 1 }],
      },
    ],
    'uidMappings and gidMappings need one another (mounts[0].gidMappings)',
  ],
  [
    'mounts',
    [
      {
        destination: '/a',
        source: '/b',
        options: ['bind', 'idmap'],
        uidMappings: [{ containerID: 0, hostID: 0, size: 0 }],
        gidMappings: [{ containerID: -1, hostID: 0, size: 1 }],
      },
    ],
    '0 is not a whole number from 1 to 4294967295 (mounts[0].uidMappings[0].size); -1 is not a whole number from 0 to 4294967295 (mounts[0].gidMappings[0].containerID)',
  ],
];

/** config.md, hooks. */
export const HOOK_ROWS: readonly MalformedRow[] = [
  ['hooks', [], 'an array is not an object (hooks)'],
  ['hooks.prestart', {}, 'an object is not an array (hooks.prestart)'],
  ['hooks.prestart', [{}], 'it is missing (hooks.prestart[0].path)'],
  ['hooks.createRuntime', [{ path: 'hook' }], '"hook" is not an absolute path (hooks.createRuntime[0].path)'],
  [
    'hooks.createContainer',
    [{ path: '/hook', timeout: 0 }],
    '0 is not a whole number from 1 to 2147483647 (hooks.createContainer[0].timeout)',
  ],
  [
    'hooks.createContainer',
    [{ path: '/hook', timeout: -1 }],
    '-1 is not a whole number from 1 to 2147483647 (hooks.createContainer[0].timeout)',
  ],
  [
    'hooks.startContainer',
    [{ path: '/hook', timeout: 1.5 }],
    '1.5 is not a whole number from 1 to 2147483647 (hooks.startContainer[0].timeout)',
  ],
  [
    'hooks.startContainer',
    [{ path: '/hook', args: ['a\u0000b'] }],
    '"a\\u0000b" is not a string without NUL (hooks.startContainer[0].args[0])',
  ],
  [
    'hooks.poststart',
    [{ path: '/hook', env: ['A'] }],
    '"A" is not of the form NAME=value (hooks.poststart[0].env[0])',
  ],
  [
    'hooks.poststart',
    [{ path: '/hook', env: ['=A'] }],
    '"=A" is not of the form NAME=value (hooks.poststart[0].env[0])',
  ],
  [
    'hooks.poststop',
    [{ path: '/hook\u0000' }],
    '"/hook\\u0000" is not a string without NUL (hooks.poststop[0].path)',
  ],
  ['hooks.poststop', [{ path: '/hook', args: 'hook' }], '"hook" is not an array (hooks.poststop[0].args)'],
  ['hooks.poststop', [null], 'null is not an object (hooks.poststop[0])'],
];
