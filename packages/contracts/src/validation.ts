/**
 * The checks of the OCI documents, apart from the types (`@mini/contracts`) so that a program which only builds a Spec
 * does not load them.
 */
import { Findings } from './describe/findings.js';
import type { Draft, Shape } from './describe/shape.js';
import { RuntimeError } from './errors.js';
import { JsonProblem } from './json/exact-reader.js';
import { readJson } from './json/read-json.js';
import { type Features, featuresShape } from './oci/features.js';
import { type Process, processShape } from './oci/process.js';
import { type Resources, resourcesShape } from './oci/resources.js';
import { type Spec, specShape } from './oci/spec.js';
import { type State, stateShape } from './oci/state.js';
import { keepKnownCapabilities } from './rules/capability-rules.js';
import { checkProcess } from './rules/process-rules.js';
import { checkResources } from './rules/resource-rules.js';
import { checkSpec } from './rules/spec-rules.js';

export type { Problem } from './describe/findings.js';
export { JsonProblem, MAX_DEPTH } from './json/exact-reader.js';
export { formatJson } from './json/format-json.js';
export { MAX_DOCUMENT_BYTES, readJson } from './json/read-json.js';
export { NAMESPACE_TYPES } from './oci/linux.js';
export {
  SECCOMP_ACTIONS,
  SECCOMP_ARCHITECTURES,
  SECCOMP_FLAGS,
  SECCOMP_OPERATORS,
} from './oci/seccomp.js';
export { namespaceOfSysctl } from './rules/sysctl-rules.js';
export { NEWEST_MINOR } from './rules/version.js';

/** `invalid-spec`: the text is no JSON that we read, or the document is not what it should be. */
export type ValidationErrorCode = 'invalid-spec';

/** How a document is checked. */
export interface ValidationOptions {
  /** For messages: the file's name or path. */
  readonly name?: string;
}

/** A Spec that passed. */
export interface ValidSpec {
  readonly spec: Spec;
  /** What is ignored though it was asked for, such as a capability that nobody knows: sentences for the log. */
  readonly warnings: readonly string[];
}

/** A process document that passed. */
export interface ValidProcess {
  readonly process: Process;
  readonly warnings: readonly string[];
}

function invalid(
  verb: string,
  name: string,
  reason: string,
  more: { cause?: unknown; context?: object },
): never {
  throw new RuntimeError<ValidationErrorCode>({
    code: 'invalid-spec',
    message: `failed to ${verb} ${JSON.stringify(name)}: ${reason}`,
    cause: more.cause,
    context: { file: name, ...more.context },
  });
}

function parse(source: string | Uint8Array, name: string): unknown {
  try {
    return readJson(source);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    return invalid('parse', name, error.message, { cause: error });
  }
}

/** Shape, then rules over what is left of it: so every problem of both is in one answer. */
function check<T>(
  value: unknown,
  shape: Shape<T>,
  applyRules: (draft: Draft<T>, findings: Findings) => void,
  name: string,
): { document: T; warnings: readonly string[] } {
  const findings = new Findings();
  const draft = shape.check(value, findings) as Draft<T> | undefined;
  if (draft !== undefined) applyRules(draft, findings);
  const { problems, count, warnings } = findings;
  if (count > 0)
    invalid('validate', name, findings.describe(), { context: { field: problems[0]!.field, problems } });
  // All is right, so what is right is a whole document: without the members that are there and empty.
  return { document: draft as T, warnings };
}

/**
 * The value of a config.json, checked as far as that can be without looking at the machine. Throws one `RuntimeError`
 * with code `invalid-spec` that names every field which cannot be; they are in `context.problems` too. Members that the
 * runtime-spec does not have are left alone.
 */
export function validateSpec(value: unknown, { name = 'config.json' }: ValidationOptions = {}): ValidSpec {
  const { document, warnings } = check(value, specShape, checkSpec, name);
  const { linux } = document;
  const process = keepKnownCapabilities(document.process);
  return {
    spec: { ...document, process, linux: { ...linux, namespaces: linux?.namespaces ?? [] } },
    warnings,
  };
}

/** Reads and checks the text of a config.json: `validateSpec`, and before that all that can be wrong with JSON. */
export function parseSpec(source: string | Uint8Array, options: ValidationOptions = {}): ValidSpec {
  return validateSpec(parse(source, options.name ?? 'config.json'), options);
}

/** The document of `exec --process`: the `process` of a Spec. Errors as in `validateSpec`, fields without `process.`. */
export function parseProcess(source: string | Uint8Array, options: ValidationOptions = {}): ValidProcess {
  const { name = 'process.json' } = options;
  const { document, warnings } = check(parse(source, name), processShape, checkProcess, name);
  return { process: keepKnownCapabilities(document), warnings };
}

/** The document of `update --resources`: the `linux.resources` of a Spec. Errors as in `parseProcess`. */
export function parseResources(
  source: string | Uint8Array,
  { name = 'resources.json' }: ValidationOptions = {},
): Resources {
  return check(parse(source, name), resourcesShape, checkResources, name).document;
}

/** The state of a container, as hooks read it. Errors as in `validateSpec`. */
export function parseState(source: string | Uint8Array, { name = 'state' }: ValidationOptions = {}): State {
  return check(parse(source, name), stateShape, () => {}, name).document;
}

/** The answer of `features`. Errors as in `validateSpec`. */
export function parseFeatures(
  source: string | Uint8Array,
  { name = 'features' }: ValidationOptions = {},
): Features {
  return check(parse(source, name), featuresShape, () => {}, name).document;
}
