import { isBuiltin } from 'node:module';
import { join, normalize } from 'node:path';
import type { SourceFile, WorkspacePackage } from './load-workspace.js';
import type { BoundaryRules } from './rules.js';

interface ImportSite {
  readonly owner: WorkspacePackage;
  readonly file: SourceFile;
  readonly specifier: string;
}

/** Every import that crosses a boundary where it may not, as sentences that name file and import. */
export function checkImports(packages: readonly WorkspacePackage[], rules: BoundaryRules): string[] {
  const byManifestName = new Map(packages.map((entry) => [entry.manifest.name, entry]));
  return packages.flatMap((owner) =>
    owner.files.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const site = { owner, file, specifier };
        const problem = specifier.startsWith('.')
          ? checkRelative(site)
          : checkBare(site, byManifestName, rules);
        return problem === undefined
          ? []
          : [`${join(owner.directory, file.path)}: imports "${specifier}", ${problem}`];
      }),
    ),
  );
}

function checkRelative({ file, specifier }: ImportSite): string | undefined {
  const target = normalize(join(file.path, '..', specifier));
  if (target === '..' || target.startsWith('../')) return 'a path that leaves the package';
  if (!file.isTest && target.split('/').includes('test')) return 'which belongs to the tests';
  return undefined;
}

function checkBare(
  site: ImportSite,
  byManifestName: ReadonlyMap<string, WorkspacePackage>,
  rules: BoundaryRules,
): string | undefined {
  const { owner, file, specifier } = site;
  if (isBuiltin(specifier) || specifier.startsWith('bun:')) return undefined;
  const packageName = getPackageName(specifier);
  const target = byManifestName.get(packageName);
  if (target === undefined) return checkExternal(site, packageName, rules);
  // The example of a README is compiled as it stands there: with the name under which users import the package.
  if (target === owner && isReadmeExample(file.path)) return undefined;
  if (target === owner) return 'its own package: use a relative path';
  if (!isExported(target, specifier)) return `which ${packageName} does not export`;
  if (!(rules.mayImport[owner.name] ?? []).includes(target.name)) return `which ${owner.name} may not import`;
  const declared = declaresDependency(owner, packageName, file.isTest || rules.bundled.includes(owner.name));
  return declared ? undefined : 'which its package.json does not declare';
}

function isReadmeExample(path: string): boolean {
  return path.endsWith('/readme-example.ts');
}

/** Tests may use the tools of the workspace's own package.json; what is published must declare its own. */
function checkExternal(
  { owner, file }: ImportSite,
  packageName: string,
  rules: BoundaryRules,
): string | undefined {
  if (file.isTest || !file.path.startsWith('src/')) return undefined;
  const withDevelopment = rules.bundled.includes(owner.name);
  if (declaresDependency(owner, packageName, withDevelopment)) return undefined;
  return 'which its package.json does not declare';
}

function declaresDependency({ manifest }: WorkspacePackage, name: string, withDevelopment: boolean): boolean {
  const groups = [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies];
  if (withDevelopment) groups.push(manifest.devDependencies);
  return groups.some((group) => group !== undefined && Object.hasOwn(group, name));
}

function isExported({ manifest }: WorkspacePackage, specifier: string): boolean {
  const subpath = `.${specifier.slice(manifest.name.length)}`;
  return Object.hasOwn(manifest.exports ?? {}, subpath);
}

function getPackageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
