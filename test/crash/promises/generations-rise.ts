import type { RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'goalLooks' | 'hosts'>;

interface Step {
  readonly at: string;
  readonly generation: number;
  /** Of everything that a generation fixes. */
  readonly content: string;
}

/** Promise 5: generations never go down, in regions as on hosts; and one generation has one content. */
export function generationsRise({ goalLooks, hosts }: Seen): string[] {
  const inRegions = goalLooks.map(({ region, generation, attempt, mode }) => ({
    at: `the goal of ${region}`,
    generation,
    content: `${mode} by ${attempt.deployment}.${attempt.local}`,
  }));
  const onHosts = hosts.flatMap(({ host, journal }) =>
    journal.flatMap((event) =>
      event.type === 'goalSeen'
        ? [{ at: host, generation: event.goal.goal.generation, content: event.goal.contentDigest }]
        : [],
    ),
  );
  const places = Map.groupBy<string, Step>([...inRegions, ...onHosts], ({ at }) => at);
  return [...places.values()].flatMap((steps) => steps.flatMap((step, index) => fall(steps[index - 1], step)));
}

function fall(before: Step | undefined, { at, generation, content }: Step): string[] {
  if (before === undefined || generation > before.generation) return [];
  if (generation < before.generation) return [`${at} went from generation ${before.generation} down to ${generation}`];
  return content === before.content ? [] : [`${at} had two goals of generation ${generation}`];
}
