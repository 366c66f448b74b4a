import { basename } from 'node:path';

export type Face = 'mini' | 'mini-oci';

/** Which of the two commands the executable was called as: by its name, or by its first word, which then is no other's. */
export function chooseFace(
  calledAs: string,
  words: readonly string[],
): { readonly face: Face; readonly words: readonly string[] } {
  if (basename(calledAs) === 'mini-oci') return { face: 'mini-oci', words };
  return words[0] === 'mini-oci' ? { face: 'mini-oci', words: words.slice(1) } : { face: 'mini', words };
}
