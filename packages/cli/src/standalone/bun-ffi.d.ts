/** What is used of Bun's foreign functions. Source: bun.com/docs/runtime/ffi. */
declare module 'bun:ffi' {
  type FfiType = 'i32' | 'u32' | 'ptr';
  interface FfiFunction {
    readonly args?: readonly FfiType[];
    readonly returns: FfiType;
  }
  export function dlopen<Name extends string>(
    library: string,
    functions: Readonly<Record<Name, FfiFunction>>,
  ): { readonly symbols: Readonly<Record<Name, (...args: number[]) => number>> };
  export function ptr(bytes: Uint8Array): number;
  export const read: { i32(pointer: number): number };
}
