import { Context } from '@temporalio/activity';
import type { GateActivities } from '../../activities/gates/contract.ts';
import type { Worlds } from './central-activities.ts';
import { benignFault } from './region-world.ts';

/** What the test scripted. A look that is tried again is the same look. */
export const gateActivities = (worlds: Worlds): GateActivities => ({
  async watchChecks(input) {
    const world = worlds.of(input.service);
    if (isFirstTry()) world.looks.checks += 1;
    return world.checks(world.looks.checks, input);
  },
  async watchMetrics(input) {
    const world = worlds.of(input.service);
    if (isFirstTry()) world.looks.metrics += 1;
    return world.metrics(world.looks.metrics, input);
  },
});

const isFirstTry = (): boolean => Context.current().info.attempt === 1;

/** Nothing to answer yet. An activity that runs would stop the clock, so it is one that is tried again and again. */
export function nothingYet(): never {
  throw benignFault('nothing has moved yet');
}
