/**
 * `slipway.yaml` as people write it. Every field says what it is for and what is allowed, so that this is also the source
 * of the reference in the docs and of the JSON Schema for editors (`z.toJSONSchema(schema, { io: 'input' })`).
 */
import { z } from 'zod';
import { clockPattern, weekdays } from '../domain/calendar/recurrence.ts';
import { approveField } from './service-spec-approve.ts';
import {
  countField,
  durationField,
  flagField,
  lineField,
  list,
  listOrNone,
  mapping,
  nameField,
  percentField,
  relativeFolder,
  ruled,
  shareField,
  textField,
} from './service-spec-fields.ts';
import { checksMistakes, stageMistakes, verifyMistakes } from './service-spec-gate-rules.ts';
import { healthField } from './service-spec-health.ts';
import { metricsField } from './service-spec-metrics.ts';
import { runField } from './service-spec-run.ts';
import {
  batchesMistakes,
  hookMistakes,
  runAndHealthMistakes,
  secretMistakes,
  stagesMistakes,
  windowMistakes,
} from './service-spec-rules.ts';
import { isTimeZone } from './time-zone.ts';

const commandLine = textField(10_000, 'a shell command line');
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const build = mapping({
  run: commandLine.optional().describe('Makes the artifact; left out, nothing has to be built.'),
  output: relativeFolder.prefault('.').describe('Folder whose content is the artifact.'),
  timeout: durationField(second, 6 * hour)
    .prefault('10m')
    .describe('A build that takes longer is killed and fails.'),
});

const checks = ruled(
  mapping({
    run: commandLine.optional().describe('Must succeed before anybody is asked to approve.'),
    timeout: durationField(second, 6 * hour)
      .prefault('10m')
      .describe('Checks that take longer are killed and fail.'),
    require: list(lineField(255, 'the name of a status, such as ci/lint'), 50, 'statuses')
      .optional()
      .describe('Contexts that your CI must report as success on the commit.'),
    within: durationField(second, 24 * hour)
      .optional()
      .meta({ default: '30m' })
      .describe('How long they are waited for.'),
  }),
  checksMistakes,
);

const stage = ruled(
  mapping({
    name: nameField.describe('What people see; another one for each stage.'),
    regions: list(nameField, 256, 'regions').describe('They go together. A region stands in one stage only.'),
    batches: ruled(list(shareField, 20, 'batches'), batchesMistakes).describe(
      "Cumulative shares of each region's hosts, rounded up.",
    ),
    bake: durationField(0, 24 * hour)
      .prefault('0s')
      .describe('How long the stage is watched before the next one.'),
    approve: approveField
      .optional()
      .describe('Who must agree before the stage begins, beside who agreed that the release may run at all.'),
    metrics: metricsField.optional().describe('What the release is held to while the stage bakes.'),
  }),
  stageMistakes,
);

const budget = mapping({
  failed: percentField.prefault('5%').describe('Of the hosts switched so far in a region, rounded down.'),
  cap: countField(0, 1_000_000).prefault(50).describe('Hosts, whatever the percentage says.'),
});

const clockField = textField(5, 'a time of day such as 09:00').regex(
  clockPattern,
  'must be a time of day such as 09:00',
);

const window = ruled(
  mapping({
    days: list(z.enum(weekdays, { error: `must be one of ${weekdays.join(', ')}` }), weekdays.length, 'days')
      .meta({ allowed: `list of days: ${weekdays.join(', ')}` })
      .prefault([...weekdays])
      .describe('Those on which it opens; left out, every day.'),
    from: clockField.describe('When it opens.'),
    to: clockField.describe(
      'When it shuts: past midnight where that is not after `from`. `24:00` is the end of the day.',
    ),
    timeZone: z
      .string({ error: 'must be a time zone such as Europe/Berlin' })
      .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
      .meta({ allowed: 'IANA time zone such as `Europe/Berlin`' })
      .describe('Whose clocks it goes by, daylight saving too.'),
  }),
  windowMistakes,
);

const rollout = mapping({
  stages: ruled(list(stage, 50, 'stages'), stagesMistakes).describe('One after the other, in this order.'),
  budget: budget.prefault({}).describe('How many hosts may fail before the deployment stops.'),
  batchTimeout: durationField(second, 24 * hour)
    .prefault('10m')
    .describe('Hosts of a batch that are not healthy after this long are lost.'),
  // A host reports every second while it switches: three silent ones are no accident.
  absentAfter: durationField(3 * second, hour)
    .prefault('3m')
    .describe('A host silent this long is absent or lost.'),
  undoDeadline: durationField(second, 24 * hour)
    .prefault('2m')
    .describe('How long an undo waits for a region.'),
  window: window.optional().describe('Stages begin only inside it; left out, at any time. A rollback waits for none.'),
  verify: ruled(
    mapping({
      run: commandLine.optional().describe('Must succeed before the deployment is finished.'),
      timeout: durationField(second, hour)
        .prefault('10m')
        .describe('A verification that takes longer is killed and fails.'),
      metrics: metricsField.optional().describe('What all regions together, or each, are held to before the finish.'),
    }),
    verifyMistakes,
  )
    .optional()
    .describe('A last look at what runs, before it is the release to go back to.'),
});

const hook = ruled(
  mapping({
    run: commandLine.describe(
      'Runs on a build worker, in a fresh checkout of the commit. It must be safe to run twice.',
    ),
    undo: commandLine
      .optional()
      .describe('Takes it back, also where it ran in part only. Left out, it cannot be undone, and a person is asked.'),
    timeout: durationField(second, 6 * hour)
      .prefault('10m')
      .describe('Of each of the two; what takes longer is killed and has failed.'),
    mayStay: flagField
      .prefault(false)
      .describe('The release before runs with what it did, so nothing is to be undone.'),
    destructive: flagField.prefault(false).describe('The undo loses data: it runs only when a person says so.'),
  }),
  hookMistakes,
);

const hookList = (what: string) => listOrNone(hook, 10, 'hooks').prefault([]).describe(what);

const hooks = mapping({
  before: hookList('In this order, once it may run and the first regions have the release; no host has switched yet.'),
  after: hookList('Once all regions are ready and verified. One that fails undoes the whole deployment.'),
  region: mapping({
    before: hookList("In the region's turn, before its first batch."),
    after: hookList('Once the region is ready.'),
  })
    .prefault({})
    .describe('The same for each region; several may run at the same time.'),
});

const written = mapping({
  service: nameField.describe('The name under which the service was connected.'),
  build: build.prefault({}).describe('How a commit becomes an artifact.'),
  checks: checks.optional().describe('Left out, nothing is checked.'),
  run: runField.describe('How an instance is started on a host.'),
  health: healthField.describe('How a host tells that its instance is well.'),
  approve: approveField.optional().describe('Left out, no person is asked.'),
  hooks: hooks.optional().describe('Commands that go with a deployment, such as migrations. Where allowed.'),
  compatibleWith: z
    .enum(['previous', 'none'], { error: 'must be previous or none' })
    .meta({ allowed: '`previous`, `none`' })
    .prefault('previous')
    .describe(
      '`none`: the release before cannot run once this one has; then hosts go back by themselves only where hooks undo that.',
    ),
  rollout: rollout.describe('Where it goes, in which order, and what stops it.'),
  rollback: mapping({
    automatic: flagField.prefault(true).describe('Undo when the budget is exceeded; else hold and ask a person.'),
    lockAfter: flagField.prefault(true).describe('Lock the service after an undo.'),
  })
    .prefault({})
    .describe('What follows when a rollout goes wrong.'),
});
export const serviceSpecSchema = ruled(written, (spec) => [...runAndHealthMistakes(spec), ...secretMistakes(spec)]);
export type WrittenSpec = z.infer<typeof serviceSpecSchema>;
