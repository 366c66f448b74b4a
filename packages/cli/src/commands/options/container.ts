import { resolve } from 'node:path';
import { PULL_POLICIES, type PullPolicy } from '../../engine/run-options.js';
import { parseLabel, parseLabelFile } from '../parse/environment.js';
import { parseHostname, parseName } from '../parse/identity.js';
import { parseRootfs } from '../parse/mounts.js';
import { Problem } from '../problem.js';
import type { Option } from './option.js';

/** What the container is and what is written about it. A file of labels stands before the labels that override it. */
export const CONTAINER_OPTIONS: readonly Option[] = [
  {
    name: 'rootfs',
    kind: 'string',
    group: 'container',
    placeholder: 'DIR[:O]',
    describe: 'Run in this directory instead of an image; ":O" puts a throw-away layer over it',
    parse: (value, { cwd }) => ({ root: parseRootfs(value, cwd) }),
  },
  {
    name: 'pull',
    kind: 'string',
    group: 'container',
    placeholder: 'always|missing|never',
    describe: 'When the image is fetched from its registry',
    default: 'missing',
    parse: (value) => ({ pull: parsePullPolicy(value) }),
  },
  {
    name: 'platform',
    kind: 'string',
    group: 'container',
    placeholder: 'OS/ARCH',
    describe: "Run the image for this platform, not this machine's",
    parse: (platform) => ({ platform }),
  },
  {
    name: 'name',
    kind: 'string',
    group: 'container',
    placeholder: 'NAME',
    describe: 'Name of the container',
    parse: (value) => ({ name: parseName(value) }),
  },
  {
    name: 'hostname',
    alias: ['h'],
    kind: 'string',
    group: 'container',
    placeholder: 'NAME',
    describe: 'Host name inside the container',
    parse: (value) => ({ hostname: parseHostname(value) }),
  },
  {
    name: 'detach',
    alias: ['d'],
    kind: 'boolean',
    configKey: false,
    group: 'container',
    describe: 'Let the container go on in the background and print its id',
    parse: (detach) => ({ settings: { detach } }),
  },
  {
    name: 'rm',
    kind: 'boolean',
    group: 'container',
    describe: 'Remove the container and all of it when it has ended',
    parse: (rm) => ({ rm }),
  },
  {
    name: 'cidfile',
    kind: 'string',
    group: 'container',
    placeholder: 'FILE',
    describe: 'Write the full id to this file, which must not exist',
    parse: (value, { cwd }) => ({ cidfile: parsePath(value, cwd) }),
  },
  {
    name: 'label-file',
    kind: 'list',
    configKey: 'labelFiles',
    group: 'container',
    placeholder: 'FILE',
    describe: 'Read labels from a file, one KEY=VALUE a line',
    parse: (value, context) => ({ labels: parseLabelFile(value, context) }),
  },
  {
    name: 'label',
    alias: ['l'],
    kind: 'list',
    configKey: 'labels',
    isMap: true,
    group: 'container',
    placeholder: 'KEY=VALUE',
    describe: 'Put a label on the container',
    parse: (value) => ({ labels: parseLabel(value) }),
  },
  {
    name: 'annotation',
    kind: 'list',
    configKey: 'annotations',
    isMap: true,
    group: 'container',
    placeholder: 'KEY=VALUE',
    describe: 'Put an annotation into the OCI configuration',
    parse: (value) => ({ annotations: parseLabel(value) }),
  },
  {
    name: 'config',
    kind: 'string',
    configKey: false,
    group: 'container',
    placeholder: 'FILE',
    describe: 'Read the container from a YAML or JSON file; flags win over it',
    parse: (value, { cwd }) => ({ settings: { config: parsePath(value, cwd) } }),
  },
];

function parsePath(value: string, cwd: string): string {
  if (value === '') throw new Problem('the path is empty');
  return resolve(cwd, value);
}

function parsePullPolicy(value: string): PullPolicy {
  const policy = PULL_POLICIES.find((each) => each === value);
  if (policy === undefined) throw new Problem(`it must be one of ${PULL_POLICIES.join(', ')}`);
  return policy;
}
