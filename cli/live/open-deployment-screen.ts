import type { ConnectionNews } from '../connection-news.ts';
import type { FollowedChange } from '../follow-deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import { deploymentFrame } from './deployment-frame.ts';
import { createDeploymentView } from './deployment-view.ts';
import { loadLiveScreen } from './load-live-screen.ts';

/** One deployment, drawn in place for as long as it is watched. */
export interface DeploymentScreen {
  change(change: FollowedChange): void;
  hosts(reports: readonly ServiceHosts[]): void;
  connection(news: ConnectionNews): void;
  /** Leaves the last frame. */
  close(): Promise<void>;
}

/** Only where there is a terminal to draw on. */
export async function openDeploymentScreen(
  stdout: NodeJS.WriteStream,
  environment: NodeJS.ProcessEnv,
): Promise<DeploymentScreen> {
  const screen = await loadLiveScreen(stdout, environment);
  const view = createDeploymentView('slipway');
  const draw = (): void =>
    screen.draw((room) => {
      const sight = view.sight(Date.now());
      return sight === null ? [] : deploymentFrame(sight, room);
    });
  const afterwards =
    <Given>(tell: (given: Given) => void) =>
    (given: Given): void => {
      tell(given);
      draw();
    };
  return {
    change: afterwards(view.change),
    hosts: afterwards(view.hosts),
    connection: afterwards(view.connection),
    close: screen.close,
  };
}
