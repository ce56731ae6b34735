import { BatchRecord, GoalIndexRecord, GoalRecord, HeldGoalRecord, LocalActRecord, SnapshotRecord } from './goals.ts';
import { EnrolmentTokenRecord, HostIdentityRecord, HostRecord, HostServiceRecord } from './hosts.ts';
import { LogChunkRecord, LogReadingRecord } from './log-readings.ts';
import { ChunkRecord, ReplicaChunkRecord, ReplicaRecord } from './replicas.ts';
import { RegionSettingRecord, SummaryCursorRecord } from './settings.ts';

/** The tables of a region's database. Times are the database's own clock, everywhere. */
export const regionEntities = [
  HostRecord,
  HostIdentityRecord,
  EnrolmentTokenRecord,
  GoalRecord,
  GoalIndexRecord,
  HostServiceRecord,
  SnapshotRecord,
  BatchRecord,
  ChunkRecord,
  ReplicaRecord,
  ReplicaChunkRecord,
  RegionSettingRecord,
  SummaryCursorRecord,
  LocalActRecord,
  HeldGoalRecord,
  LogReadingRecord,
  LogChunkRecord,
];
