/**
 * Entry of `npm test`: makes ready what the tests need, then runs Jest with all arguments passed on. Node must have been
 * started with --experimental-vm-modules, by which Jest loads ES modules.
 */
import { run } from 'jest';
import { findTemporalCli, findTemporalTestServer, ToolMissingError } from '../infra/local/tools/find-tool.ts';
import { findPostgresBinaries } from '../infra/local/tools/postgres-binaries.ts';

try {
  findPostgresBinaries();
  await findTemporalCli();
  await findTemporalTestServer();
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ToolMissingError)) throw error;
  process.stderr.write(`slipway: ${error.message}\n`);
  process.exitCode = 1;
}
