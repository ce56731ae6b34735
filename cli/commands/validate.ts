import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { withOutputFlags, type OutputFlags } from '../session.ts';
import type { CarryOut } from './command.ts';

export function addValidateCommand(program: Command, carryOut: CarryOut): void {
  withOutputFlags(program.command('validate [path]'))
    .description('check slipway.yaml here, or at a path, without the api; and what it would do')
    .action((file: string | undefined, flags: OutputFlags) =>
      carryOut.here(flags, (output) => validate(output, file ?? '.')),
    );
}

async function validate(output: Output, given: string): Promise<void> {
  // The YAML parser is loaded only where it is needed: every command would start later by it.
  const [{ readSpec }, { specLines }, { specWarnings }] = await Promise.all([
    import('../spec/read-spec.ts'),
    import('../spec/spec-text.ts'),
    import('../spec/spec-warnings.ts'),
  ]);
  const { file, spec } = readSpec(given);
  const warnings = specWarnings(spec);
  const plan = specLines(spec);
  const regions = spec.rollout.stages.flatMap((stage) => stage.regions);
  output.line(`${spec.service}  ${file} is valid`);
  plan.forEach((line) => output.line(line));
  for (const warning of warnings) output.note(`warning: ${file} ${warning}`);
  output.document('validate', { service: spec.service, file, warnings, regions, plan }, []);
}
