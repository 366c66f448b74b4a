import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listImports } from './list-imports.js';

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly nx?: { readonly name?: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface SourceFile {
  /** Relative to the package. */
  readonly path: string;
  readonly isTest: boolean;
  readonly lineCount: number;
  /** Empty for C and C++. */
  readonly imports: readonly string[];
}

export interface WorkspacePackage {
  /** As nx and the table call it: `state-store`. */
  readonly name: string;
  /** Relative to the workspace: `packages/state-store`. */
  readonly directory: string;
  readonly manifest: Manifest;
  readonly files: readonly SourceFile[];
}

const sourceFile = /\.(?:[cm]?[jt]s|c|h|cc|cpp|hpp|S)$/;
const scriptFile = /\.[cm]?[jt]s$/;
// Made by a build, or installed, or not meant to be source.
const skippedDirectories = new Set(['dist', 'build', 'node_modules', 'fixtures']);

/** Reads every package of the workspace: those below `packages`, and `tools` and `e2e`. */
export function loadWorkspace(root: string): WorkspacePackage[] {
  const below = existsSync(join(root, 'packages')) ? readdirSync(join(root, 'packages')).sort() : [];
  const directories = [...below.map((name) => join('packages', name)), 'tools', 'e2e'];
  return directories
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .map((directory) => loadPackage(root, directory));
}

function loadPackage(root: string, directory: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Manifest;
  const name = manifest.nx?.name ?? manifest.name.replace(/^@[^/]+\//, '');
  const paths = listSourceFiles(join(root, directory));
  return { name, directory, manifest, files: paths.map((path) => loadFile(join(root, directory), path)) };
}

function listSourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return skippedDirectories.has(entry.name) ? [] : listSourceFiles(path);
    return entry.isFile() && sourceFile.test(entry.name) ? [path] : [];
  });
}

function loadFile(packageRoot: string, path: string): SourceFile {
  const source = readFileSync(path, 'utf8');
  const relativePath = relative(packageRoot, path);
  return {
    path: relativePath,
    isTest: relativePath.split('/').includes('test'),
    lineCount: source.split('\n').length - (source.endsWith('\n') ? 1 : 0),
    imports: scriptFile.test(path) ? listImports(source) : [],
  };
}
