/** Docker's grammar; nothing in it leads out of a directory. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** NAME_MAX of Linux. */
const MOST_CHARACTERS = 255;

/** Why a volume cannot be called like that; `undefined` when it can. */
export function findNameProblem(name: string): string | undefined {
  if (!NAME.test(name)) return 'only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed';
  if (name.length < 2) return 'it needs at least two characters';
  return name.length > MOST_CHARACTERS ? `it has more than ${MOST_CHARACTERS} characters` : undefined;
}
