/** Apart from how they are found: workflows hold these, and no more. */

/** - `pinned` by its operator; - `silent`: nobody hears it; - `refusing`: the release before failed there. */
export const leftReasons = ['pinned', 'silent', 'refusing'] as const;
export type LeftReason = (typeof leftReasons)[number];

/** How many, by reason. Small, whatever their number: the list itself goes another way than through a history. */
export type LeftCounts = Readonly<Record<LeftReason, number>>;

export const leftInAll = (counts: LeftCounts): number => leftReasons.reduce((sum, why) => sum + counts[why], 0);
