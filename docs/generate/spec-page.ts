import { stringify } from 'yaml';
import { judgeRules } from '../../domain/plan/judge-rules.ts';
import { parseServiceSpec, serviceSpecMaxBytes } from '../../protocol/service-spec.ts';
import { unsupportedNames } from '../../protocol/service-spec-unsupported.ts';
import { code, generatedNote, page, table } from './markdown.ts';
import { exampleAt, specExample } from './spec-example.ts';
import { specFields, withInner, type SpecField } from './spec-fields.ts';

const introduction = `# The spec, \`slipway.yaml\`

One file in the folder of each service says how it is built, run, judged and rolled out. It is read from the commit that
is deployed. \`slipway init\` writes one; \`slipway validate\` checks one and names each mistake with its line.

At most ${serviceSpecMaxBytes / 1024} KiB of UTF-8. Aliases, anchors, tags and merge keys of YAML are refused, and so is a key that
is not known here. Durations are written \`250ms\`, \`5s\`, \`10m\`, \`4h\`.`;

/** `docs/reference/spec.md` */
export const specPage = (): string =>
  page([
    generatedNote('protocol/service-spec-schema.ts'),
    introduction,
    '## Example with every field',
    `\`\`\`yaml\n${specExample.trimEnd()}\n\`\`\``,
    ...sections(),
    rules,
    judging(),
    surroundings,
    '## Not supported yet',
    'These are part of the language and are refused by name, never ignored.',
    [...unsupportedNames().map(code), 'a last batch below `100%`'].map((name) => `- ${name}`).join('\n'),
  ]);

function sections(): readonly string[] {
  const fields = specFields();
  const plain = fields.filter((field) => field.fields.length === 0);
  return ['## Fields', fieldTable(plain), ...fields.filter((field) => field.fields.length > 0).flatMap(section)];
}

const section = (field: SpecField): readonly string[] => [
  `### ${code(field.path)}`,
  `${field.description} ${requiredText(field)}`,
  fieldTable(withInner(field.fields)),
];

function requiredText(field: SpecField): string {
  if (field.isRequired) return 'Required.';
  return field.default === null ? 'Optional.' : 'Optional; each field has a default.';
}

const fieldTable = (fields: readonly SpecField[]): string =>
  table(
    ['field', 'what it is', 'allowed', 'default', 'example'],
    fields.map((field) => [
      code(field.path),
      field.description,
      field.allowed,
      defaultText(field),
      field.fields.length > 0 ? '' : code(yamlText(exampleAt(field.path))),
    ]),
  );

function defaultText(field: SpecField): string {
  if (field.isRequired) return 'required';
  if (field.default === null) return 'none';
  return field.fields.length > 0 ? 'its fields’' : code(yamlText(field.default));
}

/** On one line. */
const yamlText = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trim();

const rules = `## Rules between fields

- Batches are cumulative: each is more than the one before it. Numbers of hosts stand before percentages. The last is \`100%\`.
- A region stands in one stage only. Stages have different names. All stages together name at most 256 regions.
- A hook that \`mayStay\` has no \`undo\`; only one with an \`undo\` is \`destructive\`. One with neither \`undo\` nor \`mayStay\` cannot be undone: the plan says so, and where \`approve\` is left out a release owner is asked all the same.
- Every region must exist. This is checked when the deployment is planned, not by \`slipway validate\`.
- \`health.startPeriod\` must leave time for \`healthyAfter\` checks at this \`interval\`.
- \`health\` has exactly one of \`http\`, \`tcp\`, \`command\` and \`process\`; with \`run.restart: socket\` not \`tcp\`, and the answer to \`http\` has the header \`x-slipway-instance\`.
- \`run.secrets\` has \`env\`, \`files\` or both. A variable stands in \`run.env\` or in \`run.secrets.env\`. The service \`slipway-agent\` has none ([how to](../how-to/give-secrets.md)).
- \`run.drain\` has \`command\`, \`delay\` or both; \`run.limits\` has at least one.
- \`checks\` has \`run\`, \`require\` or both; \`rollout.verify\` has \`run\`, \`metrics\` or both.
- A metric has \`max\`, \`min\` or both, and a \`name\` when its query has more than one line or 60 characters. Its \`samples\`
  fit into \`for\`; in a stage \`for\` is at most the \`bake\`, so that a look never reaches back to the release before.
- A spec with metrics is refused in the plan while no Prometheus server is configured.
- \`service\` must be the name under which the folder was connected.
- The first batch in each region is its canary: one failed or lost host there stops the deployment, whatever the budget says.`;

/** Of the example above. */
function judging(): string {
  const parsed = parseServiceSpec(specExample);
  if (!parsed.ok) throw new Error('the example is not a spec');
  const rows = judgeRules(parsed.spec).map(({ hosts, rule }) => [hosts, rule]);
  return `## How the judge counts a host

A host that is healthy on the release counts as healthy; one that went back by itself, or is unhealthy after it switched, counts as failed. The others, by the numbers of the example (\`slipway plan\` prints them with yours):

${table(['a host that is', 'how it counts'], rows)}`;
}

const surroundings = `## What a build and an instance find

| | a build, checks, verification, a hook | an instance |
| --- | --- | --- |
| started by | \`/bin/sh\`, one line | its argv, no shell |
| in | the service's folder of a fresh checkout | the artifact, which is read-only |
| account | one that owns nothing else, when the build worker is root | the agent's |
| \`PATH\` | of the build worker | of the agent |
| \`HOME\` | fresh and writable | \`STATE_DIRECTORY\` |
| also set | \`CI=true\`, \`LANG\`, \`TMPDIR\`, \`SLIPWAY_SERVICE\`, \`SLIPWAY_COMMIT\`; a build: \`SLIPWAY_RELEASE\`, the number; a hook: not \`SLIPWAY_COMMIT\`, but what stands below | \`run.env\`, \`run.secrets\`, \`PORT\`, \`STATE_DIRECTORY\`, \`SLIPWAY_RELEASE\`, \`SLIPWAY_HOST\` |
| not there | every other variable of the worker | every other variable of the agent |

An instance must listen on \`PORT\`. \`STATE_DIRECTORY\` outlives releases; everything else of the artifact is replaced by the
next one.

A hook finds \`SLIPWAY_RELEASE\` and \`SLIPWAY_PREVIOUS_RELEASE\` (numbers; the second is not set before the first
success), \`SLIPWAY_DEPLOYMENT\` (a number), \`SLIPWAY_REGION\` (one of \`hooks.region\`), \`SLIPWAY_HOOK\` (\`before\`,
\`after\` or \`undo\`), and \`SLIPWAY_HOOK_KEY\`, which is the same each time this hook of this deployment runs: after a crash
it runs again, so it must be safe to run twice ([how to](../how-to/run-migrations.md)).

Links that lead out of the artifact are refused: make a Python environment with \`python3 -m venv --copies\`.`;
