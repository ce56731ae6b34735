/** What Slipway's workflows set, so that Temporal's own Web UI can find them (docs/design.md §4). */
export const slipwaySearchAttributes = {
  SlipwayService: 'Keyword',
  SlipwayRelease: 'Keyword',
  SlipwayStage: 'Keyword',
  SlipwayOutcome: 'Keyword',
  SlipwayRegion: 'KeywordList',
} as const;
