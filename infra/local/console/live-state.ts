import { deploymentFrame, type DeploymentSight } from '../../../cli/live/deployment-frame.ts';
import { createDeploymentView, type DeploymentView } from '../../../cli/live/deployment-view.ts';
import type { Room } from '../../../cli/live/room.ts';
import { widthOf, type Line } from '../../../cli/live/styled-line.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { SetUpStep, SetUpStepName } from '../set-up-step.ts';
import type { Restart } from '../supervision-options.ts';
import type { ConsoleEvent } from './console.ts';
import { stepLines, type ConsoleSight, type StepSight } from './console-frame.ts';
import { guideLines, type Addresses } from './guide-lines.ts';
import {
  begunSentence,
  portSentence,
  removedSentence,
  seconds,
  surpriseSentences,
  unfollowedSentence,
} from './sentences.ts';

/** What the live console knows. */
export interface LiveState {
  /** Takes an event in; answers the lines that from now on stay above what is drawn. */
  take(event: ConsoleEvent, room: Room, now: number): readonly Line[];
  sight(now: number): ConsoleSight;
}

export function createLiveState(): LiveState {
  const steps = new Map<SetUpStepName, StepSight>();
  const moving = createMoving();
  let restarts: readonly Restart[] = [];
  let addresses: Addresses | null = null;
  let phase: ConsoleSight['phase'] = 'starting';
  let isFailed = false;
  const sight = (now: number): ConsoleSight => ({
    steps,
    isFailed,
    phase,
    addresses,
    moving: moving.sights(now),
    restarts,
    now,
  });
  return {
    sight,
    take(event, room, now) {
      switch (event.type) {
        case 'step':
          steps.set(event.step.name, stepAfter(steps.get(event.step.name), event.step, now));
          return [];
        case 'ready':
          phase = 'shown';
          addresses = event;
          return [
            ...stepLines(sight(now), room),
            quiet(`ready after ${seconds(event.readyMs)}`),
            ...tooWideLink(event, room),
          ];
        case 'restart':
          restarts = [...restarts.filter(({ name }) => name !== event.restart.name), event.restart];
          return [];
        case 'deployment':
        case 'hosts':
        case 'connection':
          return moving.take(event, room, now);
        case 'settled':
          phase = 'settled';
          return [[], ...guideLines(event.guide, room.hasUnicode).slice(2)];
        case 'stopping':
        case 'stopped':
          phase = event.type;
          return [];
        // Its approval is a step of the deployment.
        case 'said':
          return [];
        case 'failed':
          isFailed = true;
          return [];
        default:
          return sentencesOf(event);
      }
    },
  };
}

const quiet = (text: string): Line => [{ text, tone: 'quiet' }];

function sentencesOf(
  event: Extract<
    ConsoleEvent,
    { type: 'begun' | 'port-taken' | 'region-removed' | 'chapter' | 'demonstrated' | 'unfollowed' }
  >,
): Line[] {
  switch (event.type) {
    case 'begun':
      return [[{ text: begunSentence(event), tone: 'strong' }]];
    case 'port-taken':
      return [[{ text: portSentence(event.name, event.chosen), tone: 'waiting' }]];
    case 'region-removed':
      return [[{ text: removedSentence(event.region), tone: 'waiting' }]];
    case 'chapter':
      return [[], [{ text: event.text, tone: 'strong' }]];
    case 'unfollowed':
      return [[{ text: unfollowedSentence(event.why), tone: 'bad' }]];
    case 'demonstrated':
      if (event.surprises.length === 0) return [];
      return surpriseSentences(event.surprises, event.startAgain).map((text) => [{ text, tone: 'bad' }]);
  }
}

/** A link that can't be drawn whole stays above, where the terminal wraps it and it can be copied. */
const tooWideLink = ({ signIn }: Addresses, { columns }: Room): Line[] =>
  signIn === null || widthOf(signIn.url) <= columns ? [] : [quiet(signIn.url)];

const stepAfter = (before: StepSight | undefined, { done, of }: SetUpStep, now: number): StepSight => ({
  begunAt: before?.begunAt ?? now,
  endedAt: done === of ? now : null,
  done,
  of,
});

/** What stays may have as many lines as it needs: the terminal scrolls it. */
const unlimited = { rows: Number.MAX_SAFE_INTEGER };

interface Moving {
  /** Answers the last frame of a deployment that has ended. */
  take(event: Extract<ConsoleEvent, { type: 'deployment' | 'hosts' | 'connection' }>, room: Room, now: number): Line[];
  sights(now: number): DeploymentSight[];
}

function createMoving(): Moving {
  /** Those that go on, the one that changed last first. */
  const views = new Map<string, DeploymentView>();
  const ended = new Set<string>();
  const reports = new Map<string, ServiceHosts>();
  const sights = (now: number): DeploymentSight[] =>
    [...views.values()].toReversed().flatMap((view) => view.sight(now) ?? []);
  return {
    sights,
    take(event, room, now) {
      if (event.type === 'connection') for (const view of views.values()) view.connection(event.news);
      if (event.type === 'hosts') {
        for (const report of event.reports) reports.set(`${report.service} ${report.region}`, report);
        for (const view of views.values()) view.hosts(event.reports);
      }
      if (event.type !== 'deployment' || ended.has(event.deployment.deployment)) return [];
      const { deployment, outcome } = event.deployment;
      const view = views.get(deployment) ?? createDeploymentView('npx slipway');
      view.hosts([...reports.values()]);
      view.change(event);
      views.delete(deployment);
      if (outcome === null) views.set(deployment, view);
      else ended.add(deployment);
      const sight = outcome === null ? null : view.sight(now);
      return sight === null ? [] : deploymentFrame(sight, { ...room, ...unlimited });
    },
  };
}
