import { Problem, quote } from '../problem.js';
import { lexTemplate, type Piece, type Token } from './lex.js';

/** A template as a tree. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'show'; readonly pipe: Pipe }
  | { readonly kind: 'set'; readonly name: string; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      /** Of `range $key, $value := …`. */
      readonly names: readonly string[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

/** `a | b | c`: the value of each becomes the last argument of the next. */
export type Pipe = readonly Call[];
/** A function, or a value, with its arguments. */
export type Call = readonly Operand[];
export type Operand =
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'path'; readonly from: 'dot' | string | Pipe; readonly fields: readonly string[] };

/** Parses the template language of Go, as far as docker's users need it. Throws `Problem`. */
export function parseTemplate(template: string): Node[] {
  const pieces = lexTemplate(template);
  const reader = { pieces, at: 0 };
  const nodes = parseNodes(reader);
  if (reader.at < pieces.length) throw new Problem(`"{{${sourceAt(reader)}}}" has no beginning`);
  return nodes;
}

interface Reader {
  readonly pieces: readonly Piece[];
  at: number;
}

function sourceAt({ pieces, at }: Reader): string {
  const piece = pieces[at];
  return piece?.kind === 'action' ? piece.source : '';
}

/** Up to the `end` or `else` that is not ours, or to the end of everything. */
function parseNodes(reader: Reader): Node[] {
  const nodes: Node[] = [];
  for (; reader.at < reader.pieces.length; reader.at++) {
    const piece = reader.pieces[reader.at]!;
    if (piece.kind === 'text') {
      nodes.push(piece);
      continue;
    }
    const first = piece.tokens[0];
    if (first === undefined) throw new Problem('"{{}}" is empty');
    if (first.kind === 'word' && (first.text === 'end' || first.text === 'else')) return nodes;
    nodes.push(parseAction(piece.tokens, reader));
  }
  return nodes;
}

function parseAction(tokens: readonly Token[], reader: Reader): Node {
  const [first, second, ...rest] = tokens;
  if (first?.kind === 'word' && (first.text === 'if' || first.text === 'with' || first.text === 'range')) {
    return parseBlock(first.text, tokens.slice(1), reader);
  }
  if (first?.kind === 'variable' && (second?.text === ':=' || second?.text === '=')) {
    return { kind: 'set', name: first.text, pipe: parsePipe(rest) };
  }
  return { kind: 'show', pipe: parsePipe(tokens) };
}

function parseBlock(kind: 'if' | 'with' | 'range', tokens: readonly Token[], reader: Reader): Node {
  const equals = tokens.findIndex(({ text, kind }) => kind === 'sign' && text === ':=');
  const names = tokens.slice(0, Math.max(0, equals)).filter((token) => token.kind === 'variable');
  const pipe = parsePipe(tokens.slice(equals + 1));
  reader.at++;
  const body = parseNodes(reader);
  const otherwise = parseElse(reader);
  return { kind, names: names.map(({ text }) => text), pipe, body, otherwise };
}

function parseElse(reader: Reader): Node[] {
  const piece = reader.pieces[reader.at];
  if (piece?.kind !== 'action') throw new Problem('"{{end}}" is missing');
  const [word, next] = piece.tokens;
  if (word?.text === 'end') return [];
  if (next?.kind === 'word' && next.text === 'if') return [parseBlock('if', piece.tokens.slice(2), reader)];
  reader.at++;
  const otherwise = parseNodes(reader);
  if (sourceAt(reader) !== 'end') throw new Problem('"{{end}}" is missing');
  return otherwise;
}

function parsePipe(tokens: readonly Token[]): Pipe {
  const calls: Operand[][] = [[]];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at]!;
    if (token.kind === 'sign' && token.text === '|') {
      calls.push([]);
      at++;
    } else {
      const { operand, end } = parseOperand(tokens, at);
      calls.at(-1)!.push(operand);
      at = end;
    }
  }
  if (calls.some((call) => call.length === 0)) throw new Problem('a value is missing');
  return calls;
}

function parseOperand(tokens: readonly Token[], at: number): { operand: Operand; end: number } {
  const { kind, text } = tokens[at]!;
  const next = at + 1;
  if (kind === 'string') return { operand: { kind: 'literal', value: unquote(text) }, end: next };
  if (kind === 'number') return { operand: { kind: 'literal', value: Number(text) }, end: next };
  if (kind === 'word') {
    const known = new Map<string, unknown>([
      ['true', true],
      ['false', false],
      ['nil', null],
    ]);
    if (known.has(text)) return { operand: { kind: 'literal', value: known.get(text) }, end: next };
    return { operand: { kind: 'word', name: text }, end: next };
  }
  if (kind === 'variable') return parsePath(tokens, next, text);
  if (kind === 'field') return parsePath(tokens, at, 'dot');
  if (text !== '(') throw new Problem(`${quote(text)} stands where a value is needed`);
  const close = findClose(tokens, at);
  return parsePath(tokens, close + 1, parsePipe(tokens.slice(next, close)));
}

/** The fields that follow without a blank; a lone dot is the value itself. */
function parsePath(
  tokens: readonly Token[],
  begin: number,
  from: 'dot' | string | Pipe,
): { operand: Operand; end: number } {
  const fields: string[] = [];
  let at = begin;
  for (; at < tokens.length; at++) {
    const token = tokens[at]!;
    const isFirst = at === begin && from === 'dot';
    if (token.kind !== 'field' || (token.spaced && !isFirst)) break;
    if (token.text !== '.') fields.push(token.text.slice(1));
  }
  return { operand: { kind: 'path', from, fields }, end: at };
}

function findClose(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const { kind, text } = tokens[at]!;
    if (kind !== 'sign') continue;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return at;
  }
  throw new Problem('a "(" is not closed');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1);
  return text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
