import { canCreate, detectCgroupLayout, findHierarchy } from '../src/index.js';

/**
 * Why this machine cannot run a test against the kernel with these controllers (`cpuacct|cpu`: one of both), or
 * `undefined`.
 */
export function findObstacle(controllers: readonly string[]): string | undefined {
  try {
    const layout = detectCgroupLayout();
    if (process.getuid?.() !== 0 || !canCreate(layout, '/mini-test/x')) {
      return 'no permission to make control groups';
    }
    const missing = controllers.find((name) => findHierarchy(layout, ...name.split('|')) === undefined);
    return missing === undefined ? undefined : `no controller "${missing}"`;
  } catch (error) {
    return (error as Error).message;
  }
}
