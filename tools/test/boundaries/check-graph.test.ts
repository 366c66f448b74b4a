import test from 'ava';
import { checkGraph, findCircles } from '../../src/boundaries/check-graph.js';
import { loadWorkspace } from '../../src/boundaries/load-workspace.js';
import { makeWorkspace, rules } from './workspace-fixture.js';

const fine = { contracts: [], store: ['contracts'], core: ['store', 'contracts', 'npm:yargs'] };

test('a graph that follows the table has no problems', (t) => {
  t.deepEqual(checkGraph(fine, loadWorkspace(makeWorkspace(t, {})), rules), []);
});

test('a forbidden edge and the circle that it closes are both named', (t) => {
  const graph = { ...fine, contracts: ['core'] };
  t.deepEqual(checkGraph(graph, loadWorkspace(makeWorkspace(t, {})), rules), [
    'contracts: depends on core, which it may not import',
    'circle: contracts ▶ core ▶ contracts',
    'circle: contracts ▶ core ▶ store ▶ contracts',
  ]);
});

test('a circle is listed once, wherever the walk begins', (t) => {
  t.deepEqual(findCircles({ c: ['a'], b: ['c'], a: ['b'], d: ['a'] }), ['circle: a ▶ b ▶ c ▶ a']);
});

test('a package must be known to nx and to the table', (t) => {
  const root = makeWorkspace(t, { 'packages/new/package.json': '{"name":"@mini/new"}' });
  t.deepEqual(checkGraph(fine, loadWorkspace(root), rules), [
    'packages/new: nx knows no project "new"',
    'packages/new: tools/boundaries.json has no line for "new"',
  ]);
});
