/** The part of package-lock.json that is read. */
export interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

/**
 * Optional packages that the lock file leaves out. npm writes such a file where the registry cannot serve
 * them, and `npm ci` then refuses it everywhere.
 */
export function checkLock({ packages }: LockFile): string[] {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => `package-lock.json: lacks "${name}", an optional dependency of "${path}"`),
  );
}

/** As Node looks modules up: beside the package, then in each directory above. */
function isLocked(packages: LockFile['packages'], path: string, name: string): boolean {
  for (let base = path; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/')))) {
    if (Object.hasOwn(packages, `${base === '' ? '' : `${base}/`}node_modules/${name}`)) return true;
    if (base === '') return false;
  }
}
