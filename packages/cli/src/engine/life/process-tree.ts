import type { ContainerProcess } from './processes.js';

/** A process or thread with what comes from it. */
export interface ProcessNode {
  /** `sh(4711/1)`: its name, its pid on this machine and in the container; threads stand in braces. */
  readonly label: string;
  readonly children: readonly ProcessNode[];
}

/** The characters that lines are drawn with, as `pstree` names its sets. */
export type TreeStyle = 'ascii' | 'unicode';

const STYLES = {
  ascii: { only: '---', first: '-+-', middle: '|-', last: '`-', down: '| ' },
  unicode: { only: '───', first: '─┬─', middle: '├─', last: '└─', down: '│ ' },
} as const;

/**
 * The processes as trees. The first is that of the container's own command; others belong to processes that joined it,
 * whose parents are outside.
 */
export function buildProcessTrees(processes: readonly ContainerProcess[]): ProcessNode[] {
  const pids = new Set(processes.map(({ pid }) => pid));
  const toNode = (process: ContainerProcess): ProcessNode => {
    const threads = process.threads.map(({ tid, containerTid, name }) => ({
      name,
      node: { label: `{${name}}(${tid}/${containerTid})`, children: [] },
    }));
    const children = processes
      .filter(({ parentPid }) => parentPid === process.pid)
      .map((child) => ({ name: child.command, node: toNode(child) }));
    const all = [...children, ...threads].sort((one, other) => compare(one.name, other.name));
    return {
      label: `${process.command}(${process.pid}/${process.containerPid})`,
      children: all.map(({ node }) => node),
    };
  };
  return processes.filter(({ parentPid }) => !pids.has(parentPid)).map(toNode);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The lines of a tree: an only child stands on its parent's line, several below each other. */
export function drawTree({ label, children }: ProcessNode, style: TreeStyle): string[] {
  const { only, first, middle, last, down } = STYLES[style];
  const indent = ' '.repeat([...label].length + 1);
  if (children.length === 0) return [label];
  if (children.length === 1) {
    const below = ' '.repeat([...label].length + only.length);
    return drawTree(children[0]!, style).map((line, at) => (at === 0 ? label + only : below) + line);
  }
  return children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    return drawTree(child, style).map((line, at) => {
      if (at > 0) return `${indent}${isLast ? '  ' : down}${line}`;
      return index === 0 ? `${label}${first}${line}` : `${indent}${isLast ? last : middle}${line}`;
    });
  });
}
