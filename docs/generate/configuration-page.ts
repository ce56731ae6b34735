import { z } from 'zod';
import { apiVariables } from '../../infra/config/api.ts';
import { buildVariables } from '../../infra/config/build.ts';
import { controlVariables } from '../../infra/config/control.ts';
import { gatewayVariables } from '../../infra/config/gateway.ts';
import { regionVariables } from '../../infra/config/region.ts';
import { ofOperator } from '../../infra/local/programs.ts';
import { agentVariables } from './agent-variables.ts';
import { code, generatedNote, page, table } from './markdown.ts';
import { variablePurposes } from './variable-purposes.ts';

/** The programs whose variables have a schema, by their entry. */
const programs: Readonly<Record<string, { readonly entry: string; readonly variables: z.ZodObject }>> = {
  api: { entry: 'api/control/main.ts', variables: apiVariables },
  'control worker': { entry: 'workers/control.ts', variables: controlVariables },
  'build worker': { entry: 'workers/build.ts', variables: buildVariables },
  'region worker': { entry: 'workers/region.ts', variables: regionVariables },
  gateway: { entry: 'api/gateway/main.ts', variables: gatewayVariables },
};

interface VariableRow {
  readonly name: string;
  readonly should: string;
  readonly default: string;
}

/** Of every program, its own and what all share. */
export const variablesOfAll = (): readonly string[] => [
  ...Object.values(programs).flatMap(({ variables }) => Object.keys(variables.shape)),
  ...agentVariables().map(({ name }) => name),
];

const introduction = `# Configuration

Each program reads its environment once, at its start. A variable that is missing or wrong is named on standard error
with what it should be, every one at once, and the program ends with code 2; no value is ever printed. An empty variable
counts as not set. Secrets stand in files, which the variables name.

\`npm start\` sets all of this by itself; who runs the programs on their own sets it. It passes these on, when they are set
where it is started: ${ofOperator.map(code).join(', ')}, \`SLIPWAY_LOG_LEVEL\` and \`OTEL_…\`.`;

/** `docs/reference/configuration.md` */
export const configurationPage = (): string =>
  page([
    generatedNote('infra/config/*.ts and agent/agent-config.ts'),
    introduction,
    ...Object.entries(programs).flatMap(([name, { entry, variables }]) => [
      `## ${heading(name)}`,
      `\`node --import ./infra/telemetry/register.ts ${entry}\``,
      variableTable(rowsOf(variables)),
    ]),
    '## Agent',
    '`node agent/main.ts`',
    variableTable(
      agentVariables().map(({ name, should, isRequired }) => ({
        name,
        should,
        default: isRequired ? 'required' : 'optional',
      })),
    ),
    telemetry,
    commandLine,
  ]);

const heading = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;

const variableTable = (rows: readonly VariableRow[]): string =>
  table(
    ['variable', 'what it is for', 'must be', 'default'],
    rows.map((row) => [code(row.name), variablePurposes[row.name] ?? '', row.should, row.default]),
  );

function rowsOf(variables: z.ZodObject): readonly VariableRow[] {
  const { properties = {}, required = [] } = z.toJSONSchema(variables, { io: 'input', unrepresentable: 'any' });
  return Object.keys(variables.shape).map((name) => {
    // An optional variable's own schema says less than what is made of it.
    const { description = '', default: given } = properties[name] as z.core.JSONSchema.JSONSchema;
    const fallback = given === undefined ? 'none' : code(typeof given === 'string' ? given : JSON.stringify(given));
    return { name, should: description, default: required.includes(name) ? 'required' : fallback };
  });
}

const telemetry = `## Telemetry

Every program but the agent is started with \`--import ./infra/telemetry/register.ts\`, which reads these first:

| variable | what it is for | default |
| --- | --- | --- |
| \`SLIPWAY_PROGRAM\` | the program's name in spans and logs, such as \`region-worker-eu-west\` | required |
| \`OTEL_EXPORTER_OTLP_ENDPOINT\`, other \`OTEL_…\` | where spans are sent over OTLP; left out, they are sent nowhere | none |`;

const commandLine = `## Command line

A flag comes before its variable, a variable before a profile. Tokens are never arguments.

| variable | flag | what it is for |
| --- | --- | --- |
| \`SLIPWAY_API\` | \`--api\` | address of the api |
| \`SLIPWAY_TOKEN\` | \`--token-file\` names a file | the person's token |
| \`SLIPWAY_PROFILE\` | \`--profile\` | the profile to use, out of \`$XDG_CONFIG_HOME/slipway/profiles.json\` |
| \`SLIPWAY_WEBHOOK_SECRET_FILE\` | | file of the webhook's secret, with which \`slipway deliver\` signs; that of the embedded Slipway is found without |`;
