import { Problem, quote } from '../problem.js';

/** What is between `{{` and `}}`, or around it. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly source: string };

export interface Token {
  readonly kind: 'field' | 'variable' | 'word' | 'string' | 'number' | 'sign';
  readonly text: string;
  /** Blanks stand before it: `.a .b` are two values, `.a.b` is one. */
  readonly spaced: boolean;
}

const ACTION = /\{\{(-(?=\s))?((?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!\}\})[\s\S])*?)((?<=\s)-)?\}\}/g;

/** Splits a template into text and actions. A dash inside the braces takes the blanks beside them away. */
export function lexTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  const addText = (raw: string, trimsEnd: boolean) => {
    let text = trimsNext ? raw.trimStart() : raw;
    if (trimsEnd) text = text.trimEnd();
    if (text !== '') pieces.push({ kind: 'text', text });
  };
  for (const { 0: whole, 1: before, 2: inner = '', 3: after, index } of template.matchAll(ACTION)) {
    addText(template.slice(at, index), before !== undefined);
    trimsNext = after !== undefined;
    at = index + whole.length;
    if (/^\s*\/\*[\s\S]*\*\/\s*$/.test(inner)) continue;
    pieces.push({ kind: 'action', tokens: lexAction(inner), source: inner.trim() });
  }
  const rest = template.slice(at);
  if (rest.includes('{{')) throw new Problem('a "{{" is not closed');
  addText(rest, false);
  return pieces;
}

const TOKEN =
  /(\s*)(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|(-?\d+(?:\.\d+)?)|(\$\w*)|(\.\w*)|([A-Za-z_]\w*)|(:=|[|(),=]))/y;
const KINDS = ['string', 'number', 'variable', 'field', 'word', 'sign'] as const;

function lexAction(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Problem(`${quote(text.slice(from).trim())} cannot be read`);
    const [, blanks, ...groups] = match;
    const found = groups.findIndex((group) => group !== undefined);
    tokens.push({ kind: KINDS[found]!, text: groups[found]!, spaced: blanks !== '' });
  }
  return tokens;
}
