import test, { type ExecutionContext } from 'ava';
import { testUnless } from '../skip.js';
import { askBoth, comparable, removeAll } from './ask.js';
import { differenceOf } from './differences.js';
import { isOfKind } from './error-kind.js';
import { type DescribedLine, describeLine, type Scenario } from './line.js';
import { type Podman, setUpPodman } from './podman.js';

/** A test for each scenario: each of its lines is answered by both engines in the same way. */
export async function testScenarios(file: string, scenarios: readonly Scenario[]): Promise<void> {
  const setUp = await setUpPodman();
  const reason = 'reason' in setUp ? setUp.reason : undefined;
  if ('podman' in setUp) test.after.always(() => setUp.podman.stop());
  for (const { title, lines } of scenarios) {
    testUnless(reason, `parity.${file}.${title.replaceAll(' ', '-')}`, title, async (t) => {
      if (!('podman' in setUp)) return;
      t.teardown(() => removeAll(setUp.podman));
      for (const line of lines) await compareLine(t, describeLine(line), setUp.podman);
    });
  }
}

/** Both engines at the same time; what differs must be meant, and what is meant must differ. */
async function compareLine(t: ExecutionContext, described: DescribedLine, podman: Podman): Promise<void> {
  const { line, fails, differs = [] } = described;
  const [ours, theirs] = await askBoth(described, podman);
  const said = `${line}\nmini: ${ours.stderr}\npodman: ${theirs.stderr}`;
  const meant = differs.map(differenceOf);
  const exitCodes = meant.find((each) => each.exitCodes !== undefined)?.exitCodes;
  if (exitCodes === undefined) t.is(ours.exitCode, theirs.exitCode, said);
  else t.deepEqual([ours.exitCode, theirs.exitCode], [...exitCodes], said);
  const [mine, other] = [comparable(ours).stdout, comparable(theirs).stdout];
  const prints = meant.find(({ stdout }) => stdout === true);
  if (prints === undefined) t.is(mine, other, said);
  else t.not(mine, other, `does not differ any more (${prints.reason}): ${said}`);
  if (fails === undefined) return;
  t.true(isOfKind(fails, 'mini', ours.stderr), `${line}: mini does not say "${fails}" but: ${ours.stderr}`);
  t.true(
    isOfKind(fails, 'podman', theirs.stderr),
    `${line}: podman does not say "${fails}" but: ${theirs.stderr}`,
  );
}
