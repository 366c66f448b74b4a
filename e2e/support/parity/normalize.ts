/** What no two engines can have in common is replaced: ids, times, the image's name, the width of columns. */
export function normalize(text: string, image: string): string {
  return text
    .replaceAll(image, '@IMAGE')
    .replace(/(localhost\/)?parity(:latest)?\b(?!-)/g, '@IMAGE')
    .replace(/\b[0-9a-f]{64}\b/g, '@ID')
    .replace(/\b[0-9a-f]{12}\b/g, '@SHORT')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?/g, '@TIME')
    .replace(/\b(Less than a second|About a minute|\d+ (second|minute)s?)\b/g, '@AGE')
    .replace(/ {2,}/g, '  ')
    .replace(/ +$/gm, '');
}
