export function showTrees(..._: unknown[]): string {
  return '';
}
