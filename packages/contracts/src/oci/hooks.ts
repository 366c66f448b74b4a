import { array } from '../describe/collections.js';
import { integer, string } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { absolutePath, variable } from './strings.js';

/** A program that runs at one moment of a container's life, with the state on its stdin. config.md, hooks. */
export const hookShape = object({
  path: absolutePath,
  /** As in execv(3): the first is the name of the program. */
  args: optional(array(string)),
  env: optional(array(variable)),
  /** Seconds until the hook is killed; at least 1. */
  timeout: optional(integer(1, 2 ** 31 - 1)),
});

const list = optional(array(hookShape));

export const hooksShape = object({
  /** Deprecated: like `createRuntime`, and before it. */
  prestart: list,
  /** In the runtime's namespaces, after those of the container exist and before pivot_root(2). */
  createRuntime: list,
  /** In the container's namespaces, before pivot_root(2). */
  createContainer: list,
  /** In the container, before its process is executed. */
  startContainer: list,
  /** In the runtime's namespaces, after the process has started. */
  poststart: list,
  /** In the runtime's namespaces, after the container is deleted. */
  poststop: list,
});

export interface Hook extends Infer<typeof hookShape> {}
export interface Hooks extends Infer<typeof hooksShape> {}
export type HookName = keyof Hooks;
