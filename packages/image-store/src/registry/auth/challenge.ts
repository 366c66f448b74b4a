/** What a registry asks for before it answers. Source: RFC 9110 11.6.1; docker's token authentication. */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By their names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(`^(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`);
const SCHEME = new RegExp(`^(${TOKEN})(?:\\s+|$)`);

/** Reads `WWW-Authenticate`: several challenges in one header, or in several. What breaks the grammar ends its header. */
export function parseChallenges(header: string | readonly string[] | undefined): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const value of typeof header === 'string' ? [header] : (header ?? [])) {
    let rest = value.trim();
    let isFresh = true;
    while (rest !== '') {
      const parameter = PARAMETER.exec(rest);
      const found = parameter ?? SCHEME.exec(rest);
      if (found === null) break;
      if (parameter === null) {
        challenges.push({ scheme: found[1]!.toLowerCase(), parameters: new Map() });
        isFresh = false;
      } else {
        if (isFresh) break;
        const text = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3]!;
        challenges.at(-1)!.parameters.set(parameter[1]!.toLowerCase(), text);
      }
      rest = rest.slice(found[0].length).replace(/^[\s,]+/, '');
    }
  }
  return challenges;
}
