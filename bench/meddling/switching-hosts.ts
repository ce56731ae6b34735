import { hostsOf } from '../../infra/local/programs.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import { rememberedService } from './remembered-service.ts';
import { untilStands } from './rows.ts';
import type { Track } from './track.ts';

/** When in each region some host has begun to run the release, by its own journal. */
export const untilSwitching = (track: Track, ref: DeploymentRef) =>
  untilStands(
    track,
    ref,
    'to switch hosts in each region',
    async ({ regions }) => regions.every(({ batch }) => batch > 0) && (await switchesEverywhere(track, ref)),
  );

/** Whether in each region some host has begun to run the release. */
async function switchesEverywhere({ stack: { shape } }: Track, { service, deployment }: DeploymentRef) {
  const begun = await Promise.all(
    hostsOf(shape).map(async ({ host, region }) => {
      const { trial = null, instance = null } = (await rememberedService(shape, host, service)) ?? {};
      const isOn = trial !== null && trial.attempt.deployment === deployment && instance?.release === trial.to;
      return isOn ? region : null;
    }),
  );
  return shape.regions.every((region) => begun.includes(region));
}
