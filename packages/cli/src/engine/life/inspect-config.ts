import { constants } from 'node:os';
import type { Container } from '../containers.js';

/** What a container is made of, apart from the machine. */
export interface InspectedConfig {
  readonly Hostname: string;
  readonly Domainname: string;
  /** As it was asked for; empty when it was not. What it was looked up to stands in the Spec. */
  readonly User: string;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[];
  readonly Image: string;
  readonly WorkingDir: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Annotations: Readonly<Record<string, string>>;
  readonly StopSignal: string;
}

export function describeConfig({ record }: Container): InspectedConfig {
  const { process, hostname = '', domainname = '', annotations = {} } = record.spec;
  return {
    Hostname: hostname,
    Domainname: domainname,
    User: record.user ?? '',
    Tty: process.terminal === true,
    OpenStdin: record.interactive,
    Env: process.env ?? [],
    Cmd: process.args,
    Image: record.image,
    WorkingDir: process.cwd,
    // The keys are the user's own: no prototype, so that none of them means anything else.
    Labels: Object.assign(Object.create(null), record.labels),
    Annotations: Object.assign(Object.create(null), annotations),
    StopSignal: nameSignal(record.stopSignal),
  };
}

/** A signal by its name; by its number where it has none. */
export function nameSignal(number: number): string {
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? String(number);
}
