/** Entry of `npm run check`: lint, format, types and import walls. Runs all, and fails when one fails. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const bin = (file: string): string => path.join(root, 'node_modules', file);

const checks = {
  lint: [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'],
  format: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  types: [bin('typescript/bin/tsc'), '--noEmit'],
  // A browser's globals instead of Node's.
  'types of web': [bin('typescript/bin/tsc'), '--noEmit', '-p', 'web'],
  walls: ['--experimental-vm-modules', bin('jest/bin/jest.js'), '--silent', 'test/walls.test.ts'],
};

const failed = Object.entries(checks).filter(([name, args]) => {
  const { status } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  process.stdout.write(`check: ${name} ${status === 0 ? 'passed' : 'FAILED'}\n`);
  return status !== 0;
});
process.exitCode = failed.length === 0 ? 0 : 1;
