import { imageStoreError, quoteText } from '../errors.js';

/** The directory of the entry before: entries come directory by directory. */
let last = { path: '', names: [] as readonly string[] };

/**
 * The names that an entry's path is made of; none for the directory itself. It is taken as relative to where one unpacks,
 * also when it begins with a slash. Throws `RuntimeError` `outside-root` for one with `..`.
 */
export function splitEntryPath(path: string, entryPath = path): readonly string[] {
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  if (cut === -1 || !isName(name)) return split(path, path, entryPath);
  if (cut !== last.path.length || !path.startsWith(last.path)) {
    const parent = path.slice(0, cut);
    last = { path: parent, names: split(parent, path, entryPath) };
  }
  return [...last.names, name];
}

function split(part: string, path: string, entryPath: string): string[] {
  const names = part.split('/').filter((name) => name !== '' && name !== '.');
  if (!names.includes('..')) return names;
  const object = path === entryPath ? 'its path' : `its target ${quoteText(path)}`;
  throw imageStoreError(
    'outside-root',
    `failed to unpack ${quoteText(entryPath)}: ${object} leads out of the directory`,
  );
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..';
}
