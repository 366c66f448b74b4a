import type { WorkspacePackage } from './load-workspace.js';
import type { BoundaryRules } from './rules.js';

/** For each project the projects that it depends on, as nx sees them. */
export type ProjectGraph = Readonly<Record<string, readonly string[]>>;

/** Edges that the table does not allow, circles, and packages that nx or the table does not know. */
export function checkGraph(
  graph: ProjectGraph,
  packages: readonly WorkspacePackage[],
  rules: BoundaryRules,
): string[] {
  return [...checkKnown(graph, packages, rules), ...checkEdges(graph, rules), ...findCircles(graph)];
}

function checkKnown(
  graph: ProjectGraph,
  packages: readonly WorkspacePackage[],
  rules: BoundaryRules,
): string[] {
  return packages.flatMap(({ name, directory }) => [
    ...(Object.hasOwn(graph, name) ? [] : [`${directory}: nx knows no project "${name}"`]),
    ...(Object.hasOwn(rules.mayImport, name)
      ? []
      : [`${directory}: tools/boundaries.json has no line for "${name}"`]),
  ]);
}

function checkEdges(graph: ProjectGraph, rules: BoundaryRules): string[] {
  return Object.entries(graph).flatMap(([source, targets]) =>
    targets
      .filter((target) => Object.hasOwn(graph, target) && !(rules.mayImport[source] ?? []).includes(target))
      .map((target) => `${source}: depends on ${target}, which it may not import`),
  );
}

/** Each circle once, starting at its alphabetically first member. */
export function findCircles(graph: ProjectGraph): string[] {
  const circles = new Set<string>();
  const walk = (trail: readonly string[]): void => {
    for (const next of graph[trail.at(-1)!] ?? []) {
      const start = trail.indexOf(next);
      if (start >= 0) circles.add(describeCircle(trail.slice(start)));
      else walk([...trail, next]);
    }
  };
  for (const name of Object.keys(graph)) walk([name]);
  return [...circles].sort();
}

function describeCircle(members: readonly string[]): string {
  const first = members.indexOf([...members].sort()[0]!);
  const turned = [...members.slice(first), ...members.slice(0, first)];
  return `circle: ${[...turned, turned[0]].join(' ▶ ')}`;
}
