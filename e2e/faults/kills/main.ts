/**
 * Kills the commands of `mini` and `mini-oci`, and each helper meanwhile, with SIGKILL at every system call, one after
 * another; prints how many positions of how many were reached and what was left. `KILL_POSITIONS` is the most for each
 * pair; all unless told. Words are beginnings of the names of scenarios: of those alone.
 */
import { type Finding, Killer, spread } from './kill-at.js';
import { SCENARIOS, type Scenario } from './scenarios.js';

const most = Number(process.env.KILL_POSITIONS ?? Number.POSITIVE_INFINITY);
const killer = new Killer();
const findings: Finding[] = [];

const names = process.argv.slice(2);
const isMeant = ({ name }: Scenario) => names.length === 0 || names.some((word) => name.startsWith(word));

for (const scenario of SCENARIOS.filter(isMeant)) {
  for (const target of scenario.targets) {
    const total = await killer.count(scenario, target);
    const positions = most === Number.POSITIVE_INFINITY ? spread(total, total) : spread(total, most);
    for (const position of positions) {
      const finding = await killer.kill(scenario, target, position);
      if (finding !== undefined) findings.push(finding);
    }
    console.log(`${scenario.name}, ${target}: killed at ${positions.length} of ${total} system calls`);
  }
}
for (const finding of findings) console.log(JSON.stringify(finding));
console.log(`${findings.length} left something behind`);
process.exitCode = findings.length === 0 ? 0 : 1;
