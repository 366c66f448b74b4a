// What may look like a comment without being one comes first: strings, then regular expressions, which stand
// where an operand can (their quotes would otherwise open a string that never was).
const literals = [
  /"(?:\\.|[^"\\\n])*"/,
  /'(?:\\.|[^'\\\n])*'/,
  /`(?:\\.|[^`\\])*`/,
  /(?<=[=(:,[!&|?{};]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//,
];
const comments = [/\/\/[^\n]*/, /\/\*[\s\S]*?\*\//];
const joinSources = (parts: readonly RegExp[]) => parts.map(({ source }) => source).join('|');
const commentOrLiteral = new RegExp(`(${joinSources(literals)})|${joinSources(comments)}`, 'g');

const importForms: readonly RegExp[] = [
  // import x from '…', import type { … } from '…', export * from '…'
  /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])([^'"\n]+)\1/g,
  // import '…', a statement: within a text it would be a verb and its object
  /(?:^|;)\s*import\s*(['"])([^'"\n]+)\1/gm,
  // import('…'), require('…'), require.resolve('…')
  /\b(?:import|require|require\.resolve)\s*\(\s*(['"])([^'"\n]+)\1/g,
];

/**
 * The module names that a TypeScript or JavaScript source imports, in any form, each once. Examples in
 * comments do not count. A text scan: TypeScript 7 has no stable API to ask.
 */
export function listImports(source: string): string[] {
  const code = source.replace(commentOrLiteral, (_, text: string | undefined) => text ?? ' ');
  const found = importForms.flatMap((form) => [...code.matchAll(form)].map((match) => match[2]!));
  return [...new Set(found)];
}
