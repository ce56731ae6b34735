import { defineEntity, p } from '@mikro-orm/core';
import type { InferEntity } from '@mikro-orm/core';
import type { BrokenGlass, ReviewStanding } from '../../../../domain/approval/break-glass.ts';
import type { DeploymentNumber } from '../../../../domain/names.ts';
import { keyOfService } from './service.ts';

/** An approval that people went past, and what another person said of it afterwards. The row stays for ever. */
export const BrokenGlassRow = defineEntity({
  name: 'BrokenGlassRow',
  tableName: 'broken_glass',
  properties: {
    service: () => keyOfService().primary(),
    deployment: p.integer().$type<DeploymentNumber>().primary(),
    /** Empty where the release was admitted by it. */
    stage: p.text().primary(),
    broken: p.json<readonly BrokenGlass[]>(),
    /** Who made or asked for the change. */
    excluded: p.json<readonly string[]>(),
    review: p.text().$type<ReviewStanding['review']>(),
    brokenAt: p.datetime(3),
    reviewedBy: p.text().nullable(),
    reviewedAt: p.datetime(3).nullable(),
    reviewReason: p.text().nullable(),
  },
  indexes: [
    {
      name: 'broken_glass_unreviewed',
      expression: "create index broken_glass_unreviewed on broken_glass (service, deployment) where review = 'wanted'",
    },
  ],
});
export type BrokenGlassOfDeployment = InferEntity<typeof BrokenGlassRow>;
