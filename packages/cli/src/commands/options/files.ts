import { parseMountFlag } from '../parse/mount-flag.js';
import { parseDevice, parseTmpfs, parseVolume } from '../parse/mounts.js';
import { parseSizeBytes } from '../parse/number.js';
import type { Option } from './option.js';

/** What of the host, and what new, is mounted into the container. */
export const FILE_OPTIONS: readonly Option[] = [
  {
    name: 'volume',
    alias: ['v'],
    kind: 'list',
    configKey: false,
    group: 'files',
    placeholder: '[SOURCE:]TARGET[:OPTIONS]',
    describe: 'Mount a file or directory of the host, or a volume by its name or without one',
    parse: (value, { cwd }) => ({ mounts: [parseVolume(value, cwd)] }),
  },
  {
    name: 'mount',
    kind: 'list',
    configKey: false,
    group: 'files',
    placeholder: 'type=bind|volume|tmpfs,source=…,target=…',
    describe: 'Mount by named fields',
    parse: (value, { cwd }) => ({ mounts: [parseMountFlag(value, cwd)] }),
  },
  {
    name: 'tmpfs',
    kind: 'list',
    group: 'files',
    placeholder: 'TARGET[:OPTIONS]',
    describe: 'Mount an empty file system kept in memory',
    parse: (value) => ({ mounts: [parseTmpfs(value)] }),
  },
  {
    name: 'read-only',
    kind: 'boolean',
    group: 'files',
    describe: "Make the container's root read-only",
    parse: (readOnly) => ({ readOnly }),
  },
  {
    name: 'shm-size',
    kind: 'string',
    group: 'files',
    placeholder: 'SIZE',
    default: '64m',
    describe: 'Size of /dev/shm',
    parse: (value) => {
      const shmSizeBytes = parseSizeBytes(value);
      return shmSizeBytes === 0 ? {} : { shmSizeBytes };
    },
  },
  {
    name: 'device',
    kind: 'list',
    configKey: 'devices',
    group: 'files',
    placeholder: 'HOST[:CONTAINER][:ACCESS]',
    describe: 'Give the container a device of the host; access is some of r, w and m',
    parse: (value) => ({ devices: [parseDevice(value)] }),
  },
];
