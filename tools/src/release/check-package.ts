/** What `npm pack --json` says about a file. */
export interface PackedFile {
  readonly path: string;
  readonly mode: number;
}

/** The fields of a package.json that matter once it is published. */
export interface PublishedManifest {
  readonly name: string;
  readonly license?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  readonly bin?: string | Readonly<Record<string, string>>;
  /** cmake-js: the package carries an addon. */
  readonly binary?: unknown;
}

const installScripts = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'];
const testFile = /(?:^|\/)(?:test|tests|fixtures|fuzz)\/|\.test\./;
// npm compiles a package that carries this file when it is installed, whether it has scripts or not.
const implicitInstall = 'binding.gyp';

/** Everything that would be wrong with this package once it is published, as sentences. */
export function checkPackage(manifest: PublishedManifest, files: readonly PackedFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const problems = [
    ...installScripts
      .filter((name) => manifest.scripts?.[name] !== undefined)
      .map((name) => `has the script "${name}"`),
    ...(paths.has(implicitInstall) ? [`packs "${implicitInstall}", which npm runs at installation`] : []),
    ...files.filter(({ path }) => testFile.test(path)).map(({ path }) => `packs the test file "${path}"`),
    ...listNeededFiles(manifest)
      .filter((path) => !paths.has(path))
      .map((path) => `lacks "${path}"`),
    ...files.filter(isHelperWithoutExecBit).map(({ path }) => `packs "${path}" without its execute bit`),
  ];
  if (manifest.license === undefined) problems.push('has no license');
  if (manifest.binary !== undefined && !files.some(({ path }) => path.endsWith('.node'))) {
    problems.push('packs no addon');
  }
  return problems.map((problem) => `${manifest.name}: ${problem}`);
}

function listNeededFiles({ exports, bin }: PublishedManifest): string[] {
  const commands = typeof bin === 'string' ? [bin] : Object.values(bin ?? {});
  const paths = [...listStrings(exports), ...commands].map((path) => path.replace(/^\.\//, ''));
  return [...new Set(['README.md', ...paths])];
}

function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listStrings) : [];
}

/** Helpers are the files of dist/bin without an extension; npm sets the bit of `bin` entries itself. */
function isHelperWithoutExecBit({ path, mode }: PackedFile): boolean {
  return /^dist\/bin\/[^/.]+$/.test(path) && (mode & 0o111) === 0;
}
