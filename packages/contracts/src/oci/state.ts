import { enumOf, integer, string } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { annotationsShape } from './spec.js';
import { absolutePath, nonEmpty } from './strings.js';

/** What `state` answers and hooks get on their stdin. runtime.md, state. */
export const stateShape = object({
  ociVersion: string,
  id: nonEmpty,
  status: enumOf(['creating', 'created', 'running', 'stopped']),
  /** In the runtime's PID namespace; needed while created or running. */
  pid: optional(integer(0, 2 ** 31 - 1)),
  bundle: absolutePath,
  annotations: optional(annotationsShape),
});

export interface State extends Infer<typeof stateShape> {}
