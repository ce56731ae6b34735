import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { HookVerb, LogRef } from '../../../../activities/build/contract.ts';
import type { HookMoment } from '../../../../domain/hook/hook.ts';
import type { HookState } from '../../../../domain/hook/standing.ts';
import type { DeploymentNumber, RegionName } from '../../../../domain/names.ts';
import { keyOfService } from './service.ts';

/** A hook of a deployment, or its undo, as it was last heard of. */
export const HookRun = defineEntity({
  name: 'HookRun',
  tableName: 'hook_run',
  properties: {
    service: () => keyOfService().primary(),
    deployment: p.integer().$type<DeploymentNumber>().primary(),
    /** `hooks.before[0]`, `hooks.region.after[1] in eu-west` */
    place: p.text().primary(),
    does: p.text().$type<HookVerb>().primary(),
    moment: p.text().$type<HookMoment>(),
    region: p.text().$type<RegionName>().nullable(),
    index: p.integer(),
    command: p.text(),
    state: p.text().$type<HookState>(),
    why: p.text().nullable(),
    /** Of the progress that told it last: a lower one is old news. */
    sequence: p.integer(),
    startedAt: p.datetime(3),
    endedAt: p.datetime(3).nullable(),
    /** What it printed, in its last try; the text lies in the central store. */
    log: p.json<LogRef>().nullable(),
  },
});
export type HookRunRow = InferEntity<typeof HookRun>;
