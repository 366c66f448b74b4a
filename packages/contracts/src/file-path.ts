/** The path that a URL of a file means, as fileURLToPath of node:url has it, which Bun loads for long. */
export function filePathOf(url: URL): string {
  return decodeURIComponent(url.pathname);
}
