import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import type { HostStatus } from '../../../domain/goal/host-status.ts';
import type { RegionView, Verdict } from '../../../domain/goal/region-view.ts';
import type { HostMemory } from '../../../domain/goal/verified-goal.ts';
import type { DeploymentNumber, Digest, HostId, ReleaseNumber } from '../../../domain/names.ts';
import type { FinishInput } from '../centre/deployment-records.ts';
import type { Call, DeploymentRow, Host, Region, StoredBatch } from '../world/world.ts';

/** Something that happened and that a promise is about. */
export type Notice =
  | {
      readonly kind: 'goal written';
      readonly region: Region;
      readonly before: GoalRow | null;
      readonly row: GoalRow;
      /** The step's kind, a verb of the region, or `restore`. */
      readonly by: string;
    }
  | {
      readonly kind: 'goal taken up';
      readonly region: Region;
      readonly host: Host;
      readonly row: GoalRow;
      readonly floor: NonNullable<HostMemory['floor']>;
    }
  | {
      readonly kind: 'host switched';
      readonly region: Region;
      readonly host: Host;
      readonly from: Digest | null;
      readonly to: Digest | null;
      readonly why: 'goal' | 'stay' | 'revert' | 'pin';
      /** Deployment of the goal that it had taken up before. */
      readonly knew: number;
    }
  | {
      readonly kind: 'batch begun';
      readonly region: Region;
      readonly batch: StoredBatch;
      readonly before: readonly StoredBatch[];
      readonly hosts: readonly HostStatus[];
      readonly absentAfterMs: number;
    }
  | {
      readonly kind: 'judged';
      readonly region: Region;
      readonly view: RegionView;
      readonly verdict: Verdict;
      /** The one that is judged, or between two batches the last one, without hosts; `null`: a bake. */
      readonly batch: { readonly number: number; readonly hosts: readonly HostId[] } | null;
    }
  | {
      readonly kind: 'undone';
      readonly region: Region;
      readonly row: GoalRow;
      readonly hosts: readonly HostStatus[];
      readonly absentAfterMs: number;
    }
  | {
      readonly kind: 'deployment ended';
      readonly deployment: Attempt['deployment'];
      readonly release: ReleaseNumber;
      readonly end: FinishInput;
    }
  | {
      readonly kind: 'deployment opened';
      readonly row: DeploymentRow;
      /** Of a rollback: what is cancelled for it. */
      readonly cancels: DeploymentNumber | null;
    }
  | { readonly kind: 'deployment started'; readonly row: DeploymentRow }
  /** The undo of a deployment is to be enough. */
  | { readonly kind: 'rollback asked'; readonly of: DeploymentNumber }
  | {
      readonly kind: 'rollback named';
      readonly finishing: DeploymentNumber | null;
      readonly release: ReleaseNumber | null;
    }
  /** By a person. */
  | { readonly kind: 'lane opened' }
  | {
      readonly kind: 'done twice';
      readonly call: Call;
      readonly first: unknown;
      readonly second: unknown;
      readonly same: boolean;
    }
  | { readonly kind: 'merge accepted'; readonly key: string; readonly isKnown: boolean };

/** A promise that didn't hold. */
export interface Broken {
  /** As in docs/design.md §8; or `goal-protocol` with the rule. */
  readonly promise: string;
  readonly sentence: string;
}
