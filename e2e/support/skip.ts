import test, { type ExecutionContext, type ImplementationFn } from 'ava';

/**
 * A test that not every machine can run. With a reason it is skipped and the reason printed in the form that `tools/verify`
 * compares with `expected-skips.json`: `skip <id>: <reason>`.
 */
export function testUnless(
  reason: string | undefined,
  id: string,
  title: string,
  implementation: ImplementationFn<[], unknown>,
): void {
  if (reason === undefined) {
    test(title, implementation);
    return;
  }
  console.log(`skip ${id}: ${reason}`);
  test.skip(title, implementation as (t: ExecutionContext) => void);
}
