import { readdirSync } from 'node:fs';
import { makeBundle } from '../../support/bundle.js';
import { MINI_OCI, oci, ociRoot } from '../../support/oci.js';
import type { Scenario } from './scenarios.js';

let bundle: string | undefined;

/** A container that sleeps; its first process is told to start by nobody but us. */
function sleeper(): string {
  bundle ??= makeBundle({ args: ['sleep', '1000'] });
  return bundle;
}

const miniOci = (...words: string[]) => [MINI_OCI, '--root', ociRoot(), ...words];

async function must(...words: string[]): Promise<number> {
  const { exitCode } = await oci(words, { stdio: 'ignore' });
  if (exitCode !== 0) throw new Error(`${words[0]} ended with ${exitCode}`);
  return 0;
}

const create = (id: string) => must('create', '--bundle', sleeper(), id);
const run = (id: string) => must('run', '--detach', '--bundle', sleeper(), id);

/** `delete --force`, after which the directory of all containers is empty too. */
async function remove(id: string): Promise<void> {
  const { exitCode, stderr } = await oci(['delete', '--force', id]);
  if (exitCode !== 0) throw new Error(`delete --force ended with ${exitCode}: ${stderr}`);
  const left = readdirSync(ociRoot());
  if (left.length > 0) throw new Error(`delete --force left ${left.join(', ')}`);
}

const SCENARIOS: readonly Omit<Scenario, 'remove' | 'isMonitored'>[] = [
  {
    name: 'mini-oci create',
    targets: ['mini', 'mini-init'],
    prepare: async () => 0,
    command: (id) => miniOci('create', '--bundle', sleeper(), id),
  },
  {
    name: 'mini-oci start',
    targets: ['mini'],
    prepare: create,
    command: (id) => miniOci('start', id),
  },
  {
    name: 'mini-oci run',
    targets: ['mini', 'mini-init'],
    prepare: async () => 0,
    command: (id) => miniOci('run', '--bundle', makeBundle(), id),
  },
  {
    name: 'mini-oci kill',
    targets: ['mini'],
    prepare: run,
    command: (id) => miniOci('kill', id, 'KILL'),
  },
  {
    name: 'mini-oci exec',
    targets: ['mini', 'mini-nsenter'],
    prepare: run,
    command: (id) => miniOci('exec', id, 'true'),
  },
  {
    name: 'mini-oci delete',
    targets: ['mini'],
    prepare: run,
    command: (id) => miniOci('delete', '--force', id),
  },
];

/** The commands of an OCI runtime, which have no monitor: what one that is killed leaves is for the next to remove. */
export const OCI_SCENARIOS: readonly Scenario[] = SCENARIOS.map((scenario) => ({
  ...scenario,
  isMonitored: false,
  remove,
}));
