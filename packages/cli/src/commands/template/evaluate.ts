import { Problem, quote } from '../problem.js';
import { FUNCTIONS } from './functions.js';
import type { Call, Node, Operand, Pipe } from './parse.js';
import { isTrue, showValue } from './values.js';

interface Scope {
  readonly dot: unknown;
  readonly variables: Map<string, unknown>;
}

/**
 * A function for the text that a template makes of a datum; it throws `Problem`. Fields alone with text between them, which most
 * templates are, are looked up without walking the tree for each of thousands of data.
 */
export function compileTemplate(nodes: readonly Node[]): (data: unknown) => string {
  const parts: { text: string; readonly field?: string }[] = [];
  for (const node of nodes) {
    const field = node.kind === 'show' ? fieldAlone(node.pipe) : undefined;
    if (field === undefined && node.kind !== 'text') return (data) => renderTemplate(nodes, data);
    parts.push(node.kind === 'text' ? { text: node.text } : { text: '', field: field! });
  }
  return (data) => {
    let shown = '';
    for (const { text, field } of parts) shown += field === undefined ? text : showField(data, field);
    return shown;
  };
}

function renderTemplate(nodes: readonly Node[], data: unknown): string {
  return renderNodes(nodes, { dot: data, variables: new Map([['$', data]]) });
}

function showField(data: unknown, field: string): string {
  const value = readField(data, field);
  return showValue(typeof value === 'function' ? value() : value);
}

/** The name, where a pipe is a field of the datum itself and nothing else. */
function fieldAlone([call, ...others]: Pipe): string | undefined {
  const operand = call?.[0];
  if (others.length > 0 || call?.length !== 1 || operand?.kind !== 'path') return undefined;
  return operand.from === 'dot' && operand.fields.length === 1 ? operand.fields[0] : undefined;
}

function renderNodes(nodes: readonly Node[], scope: Scope): string {
  let text = '';
  for (const node of nodes) text += renderNode(node, scope);
  return text;
}

function renderNode(node: Node, scope: Scope): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'show':
      return showValue(evaluatePipe(node.pipe, scope));
    case 'set':
      scope.variables.set(node.name, evaluatePipe(node.pipe, scope));
      return '';
    default:
      return renderBlock(node, scope);
  }
}

function renderBlock(node: Exclude<Node, { kind: 'text' | 'show' | 'set' }>, scope: Scope): string {
  const value = evaluatePipe(node.pipe, scope);
  const enter = (dot: unknown, names: ReadonlyMap<string, unknown> = new Map()) =>
    renderNodes(node.body, { dot, variables: new Map([...scope.variables, ...names]) });
  if (!isTrue(value)) return renderNodes(node.otherwise, scope);
  const last = node.names.at(-1);
  if (node.kind !== 'range') {
    const names = new Map(last === undefined ? [] : [[last, value]]);
    return enter(node.kind === 'if' ? scope.dot : value, names);
  }
  const [key] = node.names.length === 2 ? node.names : [];
  return listEntries(value)
    .map(([index, item]) => {
      const names = new Map<string, unknown>();
      if (key !== undefined) names.set(key, index);
      if (last !== undefined) names.set(last, item);
      return enter(item, names);
    })
    .join('');
}

/** Maps are walked in the order of their keys, as in Go. */
function listEntries(value: unknown): [unknown, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item]);
  if (typeof value !== 'object' || value === null) throw new Problem('only lists and maps have a range');
  return Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
}

const NOTHING: readonly unknown[] = [];

function evaluatePipe(pipe: Pipe, scope: Scope): unknown {
  // By far the most: a value alone. Lists have thousands of them.
  if (pipe.length === 1 && pipe[0]!.length === 1) return evaluateOperand(pipe[0]![0]!, NOTHING, scope);
  let before: unknown[] = [];
  for (const call of pipe) before = [evaluateCall(call, before, scope)];
  return before[0];
}

function evaluateCall([first, ...rest]: Call, before: readonly unknown[], scope: Scope): unknown {
  const given = [...rest.map((operand) => evaluateOperand(operand, [], scope)), ...before];
  return evaluateOperand(first!, given, scope);
}

function evaluateOperand(operand: Operand, given: readonly unknown[], scope: Scope): unknown {
  if (operand.kind === 'word') {
    const act = FUNCTIONS.get(operand.name);
    if (act === undefined) throw new Problem(`there is no function ${quote(operand.name)}`);
    return act(...given);
  }
  if (operand.kind === 'literal') {
    if (given.length > 0) throw new Problem('a value takes no arguments');
    return operand.value;
  }
  let value = operand.from === 'dot' ? scope.dot : beginOf(operand.from, scope);
  for (const field of operand.fields) value = readField(value, field);
  if (typeof value === 'function') return value(...given);
  if (given.length > 0) throw new Problem(`"${operand.fields.join('.')}" takes no arguments`);
  return value;
}

function beginOf(from: 'dot' | string | Pipe, scope: Scope): unknown {
  if (typeof from !== 'string') return evaluatePipe(from, scope);
  if (from === 'dot') return scope.dot;
  if (!scope.variables.has(from)) throw new Problem(`there is no variable ${quote(from)}`);
  return scope.variables.get(from);
}

/**
 * A member of an object. Objects without a prototype are maps, whose keys are the users' own: a missing one is no
 * value, in any other object it is a mistake.
 */
function readField(value: unknown, name: string): unknown {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null) {
    if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name];
    if (Object.getPrototypeOf(value) === null) return undefined;
  }
  throw new Problem(`there is no field ${quote(name)}`);
}
