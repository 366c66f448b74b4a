import { splitWords } from './line.js';

/** What is read of the product: its option tables, and its reader of command lines. */
interface ProductOption {
  readonly name: string;
}

interface ProductCommand {
  readonly name: string;
  readonly options: readonly ProductOption[];
}

type Load<T> = () => Promise<T>;
type SubModule = { readonly OPTIONS?: readonly ProductOption[] };

const DIST = new URL('../../../../packages/cli/dist/src/commands/', import.meta.url);
const { COMMANDS } = await load<{
  COMMANDS: readonly { name: string; loadOptions: Load<readonly ProductOption[]> }[];
}>('command-table.js');
const { indexOptions } = await load<{
  indexOptions(options: readonly ProductOption[]): Map<string, ProductOption>;
}>('command-line/read-words.js');

/** Groups of commands, each with the file that names what is in it. */
const GROUPS = ['container', 'image', 'system', 'volume'] as const;

function load<T>(file: string): Promise<T> {
  return import(new URL(file, DIST).href);
}

/** All commands with their options; one in a group is called `container prune`. */
export async function listProductCommands(): Promise<readonly ProductCommand[]> {
  const plain = COMMANDS.filter(({ name }) => !(GROUPS as readonly string[]).includes(name));
  const commands = plain.map(async ({ name, loadOptions }) => ({ name, options: await loadOptions() }));
  const groups = GROUPS.map(async (group) => {
    const { COMMANDS: subs } = await load<{ COMMANDS: Record<string, Load<SubModule>> }>(`${group}.js`);
    return Promise.all(
      Object.entries(subs).map(async ([name, loadSub]) => ({
        name: `${group} ${name}`,
        options: name === 'run' ? [] : ((await loadSub()).OPTIONS ?? []),
      })),
    );
  });
  return [...(await Promise.all(commands)), ...(await Promise.all(groups)).flat()];
}

/**
 * The options that stand in a line. A flag that several commands have in common is one option: it is enough that it occurs
 * in the lines of one of them.
 */
export function findOptions(line: string, commands: readonly ProductCommand[]): ProductOption[] {
  const words = splitWords(line);
  const command =
    commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ??
    commands.find(({ name }) => name === words[0]);
  if (command === undefined) return [];
  const index = indexOptions(command.options);
  // What stands behind the image belongs to the program; of letters that stand together each is a flag.
  const end = words.indexOf('@IMAGE');
  return (end === -1 ? words : words.slice(0, end)).flatMap((word) => {
    const flag = word.replace(/=.*$/s, '');
    const flags = /^-[a-z]+$/i.test(flag) ? [...flag.slice(1)].map((letter) => `-${letter}`) : [flag];
    return flags.flatMap((each) => index.get(each) ?? []);
  });
}
