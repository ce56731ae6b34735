import { ApiToken, RoleGrant, SignInCode, TeamMember, WebSession } from './entities/access.ts';
import { Audit } from './entities/audit.ts';
import { BrokenGlassRow } from './entities/broken-glass.ts';
import { CommitStatusRow } from './entities/commit-status.ts';
import { Deployment, ObligationRow } from './entities/deployment.ts';
import { FleetSlot, FreezeRow } from './entities/fleet.ts';
import { HookRun } from './entities/hook-run.ts';
import { Delivery, InboxRow } from './entities/inbox.ts';
import { Region, RegionSummaryRow } from './entities/region.ts';
import { LeftHostRow } from './entities/left-host.ts';
import { LogChunkRow, LogReadingRow } from './entities/log-reading.ts';
import { Admission, Release } from './entities/release.ts';
import { RegionOutcome, Service, ServiceRegion } from './entities/service.ts';

/** All tables of the central database. */
export const centralEntities = [
  Region,
  Service,
  ServiceRegion,
  RegionOutcome,
  Release,
  Admission,
  Deployment,
  ObligationRow,
  HookRun,
  LeftHostRow,
  LogChunkRow,
  LogReadingRow,
  FreezeRow,
  FleetSlot,
  BrokenGlassRow,
  InboxRow,
  Delivery,
  CommitStatusRow,
  Audit,
  RegionSummaryRow,
  ApiToken,
  RoleGrant,
  TeamMember,
  SignInCode,
  WebSession,
];

export {
  Admission,
  ApiToken,
  Audit,
  BrokenGlassRow,
  CommitStatusRow,
  Delivery,
  Deployment,
  FleetSlot,
  FreezeRow,
  HookRun,
  InboxRow,
  LeftHostRow,
  LogChunkRow,
  LogReadingRow,
  ObligationRow,
  Region,
  RegionOutcome,
  RegionSummaryRow,
  Release,
  RoleGrant,
  Service,
  ServiceRegion,
  SignInCode,
  TeamMember,
  WebSession,
};
