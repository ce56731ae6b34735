import type { Connection } from '@temporalio/client';
import type { RegionName } from '../../../domain/names.ts';
import type { FaultKind } from '../scenario/fault.ts';
import { faultKinds } from '../scenario/draw-faults.ts';
import type { Clocks } from './clocks.ts';
import type { Link } from './link.ts';
import type { OwnDisks } from './own-disks.ts';

/** What can be done to a stack that was started for it, beside signals. */
export interface Means {
  /** `null` where this process may not mount. */
  readonly disks: OwnDisks | null;
  /** Of a region's worker to the centre. */
  readonly links: ReadonlyMap<RegionName, readonly Link[]>;
  readonly clocks: Clocks;
  /** Open already: what is to be terminated may be over soon. */
  readonly temporal: Connection;
}

/** Kinds of fault that can be made with these means. */
export const kindsWith = ({ disks }: Means): readonly FaultKind[] =>
  disks === null ? faultKinds.filter((kind) => kind !== 'fill') : faultKinds;
