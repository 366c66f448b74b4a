import { quoteText } from '../errors.js';
import { ImageProblem } from './image-problem.js';
import type { Json } from './json-fields.js';

/** The `config` member of an image's config as it is written: with the keys of docker and of the OCI format. */
export interface ConfigDocument {
  User?: string;
  ExposedPorts?: Record<string, object>;
  Env?: readonly string[];
  Entrypoint?: readonly string[];
  Cmd?: readonly string[];
  Volumes?: Record<string, object>;
  WorkingDir?: string;
  Labels?: Record<string, string>;
  StopSignal?: string;
  Healthcheck?: object;
  OnBuild?: readonly string[];
}

/** Instructions of a Dockerfile that change nothing but the config. */
type Instruction = (config: ConfigDocument, text: string) => ConfigDocument;

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  CMD: (config, text) => ({ ...config, Cmd: readCommand(text) }),
  // As docker: the command was meant for the entrypoint that is gone.
  ENTRYPOINT: (config, text) => ({ ...config, Entrypoint: readCommand(text) }),
  ENV: (config, text) => ({ ...config, Env: mergeVariables(config.Env ?? [], readPairs(text)) }),
  EXPOSE: (config, text) => ({
    ...config,
    ExposedPorts: { ...config.ExposedPorts, ...toSet(words(text).map(asPort)) },
  }),
  LABEL: (config, text) => ({
    ...config,
    Labels: { ...config.Labels, ...Object.fromEntries(readPairs(text)) },
  }),
  ONBUILD: (config, text) => ({ ...config, OnBuild: [...(config.OnBuild ?? []), text] }),
  STOPSIGNAL: (config, text) => ({ ...config, StopSignal: text }),
  USER: (config, text) => ({ ...config, User: text }),
  VOLUME: (config, text) => ({ ...config, Volumes: { ...config.Volumes, ...toSet(readList(text)) } }),
  WORKDIR: (config, text) => ({ ...config, WorkingDir: resolveDirectory(config.WorkingDir, text) }),
};

/**
 * Applies an instruction of a Dockerfile, such as `CMD ["sh"]`: those of `commit --change` and `import --change`. Throws
 * `ImageProblem`.
 */
export function applyChange(config: ConfigDocument, change: string): ConfigDocument {
  const [, word = '', text = ''] = /^\s*([a-zA-Z]+)\s+(.*?)\s*$/s.exec(change) ?? [];
  const name = word.toUpperCase();
  if (!Object.hasOwn(INSTRUCTIONS, name)) {
    throw new ImageProblem(
      `the change ${quoteText(change)} is none of ${Object.keys(INSTRUCTIONS).join(', ')}`,
    );
  }
  if (text === '') throw new ImageProblem(`the change ${quoteText(change)} says nothing`);
  return INSTRUCTIONS[name]!(config, text);
}

/** Variables with those of `changes` in the place of those of the same name. */
export function mergeVariables(
  variables: readonly string[],
  changes: Iterable<readonly [name: string, value: string]>,
): string[] {
  const all = new Map(variables.map((each) => [each.slice(0, each.indexOf('=')), each]));
  for (const [name, value] of changes) all.set(name, `${name}=${value}`);
  return [...all.values()];
}

/** Words in JSON, or a line for the shell. */
function readCommand(text: string): readonly string[] {
  return readJsonWords(text) ?? ['/bin/sh', '-c', text];
}

function readList(text: string): readonly string[] {
  return readJsonWords(text) ?? words(text);
}

function readJsonWords(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Words, in which quotes and backslashes protect spaces. */
function words(text: string): string[] {
  const found = text.match(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+/gs) ?? [];
  return found.map(unquote);
}

function unquote(word: string): string {
  return word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, (_, double, single, escaped) => {
    if (double !== undefined) return double.replace(/\\(["\\$])/g, '$1');
    return single ?? escaped;
  });
}

/** `KEY=value KEY2="more of it"`, or the old form with one key and a space. */
function readPairs(text: string): [name: string, value: string][] {
  const all = words(text);
  if (all.length > 1 && !all[0]!.includes('=')) {
    const [name = '', rest = ''] = text.split(/\s+(.*)/s);
    return [[name, rest]];
  }
  return all.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 1) throw new ImageProblem(`${quoteText(word)} is not written as NAME=value`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

function asPort(text: string): string {
  return text.includes('/') ? text : `${text}/tcp`;
}

function toSet(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function resolveDirectory(current = '/', text: string): string {
  return text.startsWith('/') ? text : `${current.replace(/\/+$/, '')}/${text}`;
}

/** The members of a config that are not those that `change` knows stay as they are. */
export function changeConfig(config: Json, changes: readonly string[]): Json {
  return changes.reduce<ConfigDocument>(applyChange, config as ConfigDocument) as Json;
}
