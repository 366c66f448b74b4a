import { quoteText } from '../errors.js';
import { isDigest } from './digest.js';
import { ImageProblem } from './image-problem.js';
import {
  asArray,
  asObject,
  type Json,
  optionalKeys,
  optionalNumber,
  optionalObject,
  optionalText,
  optionalTextMap,
  optionalTexts,
  parseObject,
} from './json-fields.js';

/** How a container of the image is run unless one says otherwise. Source: OCI image-spec config.md, and docker's own. */
export interface ContainerConfig {
  readonly user?: string;
  /** `NUMBER/tcp`, … */
  readonly exposedPorts?: readonly string[];
  /** `KEY=value`. */
  readonly env?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** Absolute paths in the container. */
  readonly volumes?: readonly string[];
  readonly workingDir?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** A name or number. */
  readonly stopSignal?: string;
  readonly healthcheck?: ImageHealthcheck;
  readonly onBuild?: readonly string[];
  readonly shell?: readonly string[];
}

/** Docker's, which the OCI format knows nothing of; times in nanoseconds, 0 and absent mean the default. */
export interface ImageHealthcheck {
  /** `NONE`; `CMD` and a command; `CMD-SHELL` and a line of shell. */
  readonly test: readonly string[];
  readonly intervalNs?: number;
  readonly timeoutNs?: number;
  readonly startPeriodNs?: number;
  readonly startIntervalNs?: number;
  readonly retries?: number;
}

/** A step of how the image was made. */
export interface HistoryEntry {
  readonly created?: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  /** It made no layer. */
  readonly emptyLayer?: boolean;
}

/** The document that an image is known by: its digest is the image's id. */
export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  readonly author?: string;
  readonly config: ContainerConfig;
  /** Of the layers uncompressed, the lowest first. */
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryEntry[];
}

/** Reads the config of an image. Throws `ImageProblem` that names the field. */
export function readImageConfig(bytes: Uint8Array): ImageConfig {
  const json = parseObject(bytes, 'the config');
  const rootfs = asObject(json.rootfs, 'rootfs');
  if (rootfs.type !== 'layers')
    throw new ImageProblem(`rootfs.type ${quoteText(String(rootfs.type))} is not "layers"`);
  const history = json.history ?? [];
  return {
    architecture: optionalText(json.architecture, 'architecture') ?? '',
    os: optionalText(json.os, 'os') ?? '',
    ...defined({
      variant: optionalText(json.variant, 'variant'),
      created: optionalText(json.created, 'created'),
      author: optionalText(json.author, 'author'),
    }),
    config: readContainerConfig(optionalObject(json.config, 'config') ?? {}),
    diffIds: asArray(rootfs.diff_ids ?? [], 'rootfs.diff_ids').map(asDiffId),
    history: asArray(history, 'history').map((each, index) => readHistory(each, `history[${index}]`)),
  };
}

function asDiffId(value: unknown, index: number): string {
  if (isDigest(value)) return value;
  throw new ImageProblem(`rootfs.diff_ids[${index}] ${quoteText(String(value))} is no sha256 digest`);
}

/** The `config` member, as docker, podman and the OCI format write it. Throws `ImageProblem`. */
export function readContainerConfig(json: Json): ContainerConfig {
  return defined({
    user: optionalText(json.User, 'config.User') || undefined,
    exposedPorts: optionalKeys(json.ExposedPorts, 'config.ExposedPorts')?.map(asPort),
    env: optionalTexts(json.Env, 'config.Env')?.map(asVariable),
    entrypoint: optionalTexts(json.Entrypoint, 'config.Entrypoint'),
    cmd: optionalTexts(json.Cmd, 'config.Cmd'),
    volumes: optionalKeys(json.Volumes, 'config.Volumes')?.map(asVolume),
    workingDir: asDirectory(optionalText(json.WorkingDir, 'config.WorkingDir')),
    labels: optionalTextMap(json.Labels, 'config.Labels'),
    stopSignal: optionalText(json.StopSignal, 'config.StopSignal') || undefined,
    healthcheck: readHealthcheck(optionalObject(json.Healthcheck, 'config.Healthcheck')),
    onBuild: optionalTexts(json.OnBuild, 'config.OnBuild'),
    shell: optionalTexts(json.Shell, 'config.Shell'),
  });
}

function asVariable(text: string, index: number): string {
  if (text.indexOf('=') > 0) return text;
  throw new ImageProblem(`config.Env[${index}] ${quoteText(text)} is not written as NAME=value`);
}

function asPort(text: string): string {
  const [, port] = /^([0-9]{1,5})(?:-[0-9]{1,5})?(?:\/(?:tcp|udp|sctp))?$/.exec(text) ?? [];
  if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return text;
  throw new ImageProblem(`config.ExposedPorts ${quoteText(text)} is no port`);
}

/** A volume is put at this path of the host's own making: it may lead nowhere else. */
function asVolume(text: string): string {
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  if (text.startsWith('/') && names.length > 0 && !names.includes('..')) return `/${names.join('/')}`;
  throw new ImageProblem(`config.Volumes ${quoteText(text)} is no absolute path below the root`);
}

function asDirectory(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const absolute = text.startsWith('/') ? text : `/${text}`;
  if (!absolute.split('/').includes('..')) return absolute;
  throw new ImageProblem(`config.WorkingDir ${quoteText(text)} leads out of itself by ".."`);
}

function readHealthcheck(json: Json | undefined): ImageHealthcheck | undefined {
  if (json === undefined) return undefined;
  const test = optionalTexts(json.Test, 'config.Healthcheck.Test') ?? [];
  // Without a test it inherits that of the image it was built from, which it holds already if there was one.
  if (test.length === 0) return undefined;
  if (!['NONE', 'CMD', 'CMD-SHELL'].includes(test[0]!))
    throw new ImageProblem(
      `config.Healthcheck.Test[0] ${quoteText(test[0]!)} is none of NONE, CMD, CMD-SHELL`,
    );
  const number = (key: string) => optionalNumber(json[key], `config.Healthcheck.${key}`) || undefined;
  return {
    test,
    ...defined({
      intervalNs: number('Interval'),
      timeoutNs: number('Timeout'),
      startPeriodNs: number('StartPeriod'),
      startIntervalNs: number('StartInterval'),
      retries: number('Retries'),
    }),
  };
}

function readHistory(value: unknown, what: string): HistoryEntry {
  const json = asObject(value, what);
  return defined({
    created: optionalText(json.created, `${what}.created`),
    createdBy: optionalText(json.created_by, `${what}.created_by`),
    author: optionalText(json.author, `${what}.author`),
    comment: optionalText(json.comment, `${what}.comment`),
    emptyLayer: json.empty_layer === true ? true : undefined,
  });
}

type Defined<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The object without members that are undefined. */
function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
