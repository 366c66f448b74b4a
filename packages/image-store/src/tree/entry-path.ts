import { imageStoreError, quoteText } from '../errors.js';

/**
 * The names that an entry's path is made of; none for the directory itself. It is taken as relative to where one unpacks,
 * also when it begins with a slash. Throws `RuntimeError` `outside-root` for one with `..`.
 */
export function splitEntryPath(path: string, entryPath = path): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (!names.includes('..')) return names;
  const object = path === entryPath ? 'its path' : `its target ${quoteText(path)}`;
  throw imageStoreError(
    'outside-root',
    `failed to unpack ${quoteText(entryPath)}: ${object} leads out of the directory`,
  );
}
