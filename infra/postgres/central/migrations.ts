import type { DatabaseOptions } from '../connect.ts';
import { InitialSchema } from './migrations/0001-initial-schema.ts';
import { ReleaseAuthors } from './migrations/0002-release-authors.ts';
import { ObligationTriedAt } from './migrations/0003-obligation-tried-at.ts';
import { WhatPeopleAsk } from './migrations/0004-what-people-ask.ts';
import { AuditOfAnObject } from './migrations/0005-audit-of-an-object.ts';
import { CommitStatuses } from './migrations/0010-commit-statuses.ts';
import { GoesOnAs } from './migrations/0006-goes-on-as.ts';
import { HooksOfDeployments } from './migrations/0011-hooks.ts';
import { WhatAMergeCarries } from './migrations/0008-what-a-merge-carries.ts';
import { Hotfix } from './migrations/0009-hotfix.ts';
import { Access } from './migrations/0014-access.ts';
import { Recovery } from './migrations/0013-recovery.ts';
import { Fleet } from './migrations/0015-fleet.ts';
import { LeftHosts } from './migrations/0018-left-hosts.ts';
import { LaneRuns } from './migrations/0019-lane-runs.ts';
import { RegionLife } from './migrations/0024-region-life.ts';
import { LogReadings } from './migrations/0025-log-readings.ts';
import { LeftHostsGone } from './migrations/0026-left-hosts-gone.ts';
import { LanesFollowUp } from './migrations/0016-lanes-follow-up.ts';

/** Oldest first. A migration that was released is never edited: another is added. */
export const centralMigrations: DatabaseOptions['migrations'] = [
  { name: '0001-initial-schema', class: InitialSchema },
  { name: '0002-release-authors', class: ReleaseAuthors },
  { name: '0003-obligation-tried-at', class: ObligationTriedAt },
  { name: '0004-what-people-ask', class: WhatPeopleAsk },
  { name: '0005-audit-of-an-object', class: AuditOfAnObject },
  { name: '0006-goes-on-as', class: GoesOnAs },
  { name: '0008-what-a-merge-carries', class: WhatAMergeCarries },
  { name: '0009-hotfix', class: Hotfix },
  { name: '0010-commit-statuses', class: CommitStatuses },
  { name: '0011-hooks', class: HooksOfDeployments },
  { name: '0013-recovery', class: Recovery },
  { name: '0014-access', class: Access },
  { name: '0015-fleet', class: Fleet },
  { name: '0016-lanes-follow-up', class: LanesFollowUp },
  { name: '0018-left-hosts', class: LeftHosts },
  { name: '0019-lane-runs', class: LaneRuns },
  { name: '0024-region-life', class: RegionLife },
  { name: '0025-log-readings', class: LogReadings },
  { name: '0026-left-hosts-gone', class: LeftHostsGone },
];
