import { ApplicationFailure, condition, proxyActivities, setHandler } from '@temporalio/workflow';
import type { LaneActivities } from '../../activities/lane/contract.ts';
import { submitUpdate } from '../../workflows/messages/lane.ts';

const { openDeployment } = proxyActivities<LaneActivities>({ startToCloseTimeout: '10s' });

/** A lane that numbers what is submitted and starts nothing. It refuses a merge into the branch `refused`. */
export async function lane(): Promise<void> {
  setHandler(
    submitUpdate,
    async ({ request }) => {
      const opened = await openDeployment(request);
      if (opened.outcome === 'refused') return { outcome: 'refused', code: opened.code, message: opened.reason };
      const outcome = opened.outcome === 'opened' ? 'accepted' : 'repeated';
      const { deployment, release, kind } = opened.deployment;
      return { outcome, deployment, release, kind, ahead: 0, lock: null };
    },
    {
      validator: ({ request: { source } }) => {
        if (source.from === 'merge' && source.branch === 'refused')
          throw ApplicationFailure.nonRetryable('refused here');
      },
    },
  );
  await condition(() => false);
}
