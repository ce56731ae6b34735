import { useCallback } from 'react';
import { showPlan, type Deployment, type DeploymentPlan } from '../client/api.ts';
import { useResource } from '../live/use-resource.ts';
import { timeLeftText } from './time-left-text.ts';

interface TimeLeftProps {
  readonly deployment: Deployment;
  /** Since it is on its way to hosts. */
  readonly elapsedMs: number;
}

/** What the last ones took is asked for once; where it can't be read nothing is said. */
export function TimeLeft({ deployment: { service, release }, elapsedMs }: TimeLeftProps) {
  const read = useCallback((): Promise<DeploymentPlan> => showPlan(service, { release }), [service, release]);
  const { data } = useResource(read);
  const text = data === null ? null : timeLeftText(data.tookMs, elapsedMs);
  return text === null ? null : <span className="quiet">{text}</span>;
}
