import { type ConfigDocument, changeConfig, mergeVariables } from '@mini/image-store';
import { DEFAULT_PATH } from '../container-env.js';
import type { Container } from '../containers.js';
import { describeConfig } from '../life/inspect-config.js';
import type { CommitOptions } from './commit-container.js';
import { platformOfMachine } from './platform-of-machine.js';

/** A config as it is written. */
export type ConfigFile = Readonly<Record<string, unknown>> & {
  readonly config?: ConfigDocument | null;
  readonly history?: readonly object[] | null;
};

/** What mini gives every container of its own accord. */
const OWN_VARIABLES = new Set(['HOSTNAME', 'HOME', 'TERM']);

/**
 * The config of the image that is made of a container: that of its image with what the container was told otherwise, and
 * then the changes. Throws `ImageProblem` for a change that is none.
 */
export function describeCommitted(
  container: Container,
  base: ConfigFile | undefined,
  { author, message = '', changes = [] }: Pick<CommitOptions, 'author' | 'message' | 'changes'>,
): Readonly<Record<string, unknown>> {
  const created = new Date().toISOString();
  const { config: ownConfig, history, rootfs: _, ...rest } = base ?? {};
  const config = changeConfig({ ...describeRun(container, ownConfig ?? {}) }, changes);
  const entry = {
    created,
    created_by: container.record.spec.process.args.join(' '),
    ...(author === undefined ? {} : { author }),
    ...(message === '' ? {} : { comment: message }),
  };
  return {
    ...platformOfMachine(),
    ...rest,
    created,
    ...(author === undefined ? {} : { author }),
    config,
    history: [...(history ?? []), entry],
  };
}

function describeRun(container: Container, base: ConfigDocument): ConfigDocument {
  const { Cmd, Entrypoint, Env, User, WorkingDir, Labels, StopSignal, Healthcheck } =
    describeConfig(container);
  const own = Env.map((each): [string, string] => {
    const equals = each.indexOf('=');
    return [each.slice(0, equals), each.slice(equals + 1)];
  }).filter(([name]) => !OWN_VARIABLES.has(name));
  return {
    ...base,
    Env: mergeVariables([`PATH=${DEFAULT_PATH}`, ...(base.Env ?? [])], own),
    Cmd,
    ...(Entrypoint === null ? without(base) : { Entrypoint }),
    ...(User === '' ? {} : { User }),
    ...(WorkingDir === '/' && base.WorkingDir === undefined ? {} : { WorkingDir }),
    ...(Object.keys(Labels).length === 0 ? {} : { Labels: { ...Labels } }),
    ...(StopSignal === 'SIGTERM' && base.StopSignal === undefined ? {} : { StopSignal }),
    ...(Healthcheck === undefined ? {} : { Healthcheck }),
  };
}

/** An entrypoint that the container was run without is none of the new image's. */
function without({ Entrypoint }: ConfigDocument): ConfigDocument {
  return Entrypoint === undefined ? {} : { Entrypoint: [] };
}
