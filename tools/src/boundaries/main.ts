import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { toolsRoot, workspaceRoot } from '../workspace.js';
import { checkFiles } from './check-files.js';
import { checkGraph, type ProjectGraph } from './check-graph.js';
import { checkImports } from './check-imports.js';
import { checkLock, type LockFile } from './check-lock.js';
import { loadWorkspace } from './load-workspace.js';
import { readBoundaryRules } from './rules.js';

interface NxGraphFile {
  readonly graph: { readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>> };
}

async function readProjectGraph(): Promise<ProjectGraph> {
  const scratch = mkdtempSync(join(tmpdir(), 'mini-graph-'));
  const path = join(scratch, 'graph.json');
  try {
    await execa('npx', ['--no-install', 'nx', 'graph', `--file=${path}`], {
      cwd: workspaceRoot,
      env: { NX_DAEMON: 'false' },
      stdin: 'ignore',
    });
    const { graph } = JSON.parse(readFileSync(path, 'utf8')) as NxGraphFile;
    const entries = Object.entries(graph.dependencies);
    return Object.fromEntries(entries.map(([name, edges]) => [name, edges.map(({ target }) => target)]));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const rules = readBoundaryRules(join(toolsRoot, 'boundaries.json'));
const packages = loadWorkspace(workspaceRoot);
const problems = [
  ...checkImports(packages, rules),
  ...checkGraph(await readProjectGraph(), packages, rules),
  ...checkFiles(packages, rules),
  ...checkLock(JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8')) as LockFile),
];
for (const problem of problems) process.stdout.write(`${problem}\n`);
const fileCount = packages.reduce((total, { files }) => total + files.length, 0);
process.stdout.write(
  `${packages.length} packages, ${fileCount} files, ${problems.length} boundary problems\n`,
);
if (problems.length > 0) process.exitCode = 1;
