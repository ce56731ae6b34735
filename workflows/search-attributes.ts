import { defineSearchAttributeKey } from '@temporalio/common';

/** By these people find workflows in Temporal's own UI and CLI; the server must know them, `/readyz` checks that. */
export const searchAttribute = {
  service: defineSearchAttributeKey('SlipwayService', 'KEYWORD'),
  /** `checkout@412` */
  release: defineSearchAttributeKey('SlipwayRelease', 'KEYWORD'),
  /** The stage's name while one is rolled out, else the deployment's state. */
  stage: defineSearchAttributeKey('SlipwayStage', 'KEYWORD'),
  outcome: defineSearchAttributeKey('SlipwayOutcome', 'KEYWORD'),
  region: defineSearchAttributeKey('SlipwayRegion', 'KEYWORD_LIST'),
} as const;
