/**
 * The one file that hosts get, in parts that are loaded when they are asked for: `run` is the agent, `keeper <json>` a keeper,
 * which must stay small since it outlives every agent, `self-test` what an agent asks of the next one, and all else a command.
 */
const [, , verb, ...rest] = process.argv;
if (verb === 'keeper') {
  await import('./keeper/keeper.mjs');
} else if (verb === 'run' && rest.length === 0) {
  await import('./main.ts');
} else if (verb === 'self-test' && rest.length === 0) {
  const { selfTestProgram } = await import('./own/self-test.ts');
  await selfTestProgram(process.env);
} else {
  const { runCommand } = await import('./commands/main.ts');
  const exitCode = await runCommand(process.argv.slice(2));
  // What was written to a pipe must be out before the end.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}
export {};
