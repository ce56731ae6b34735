import type { Standing } from './person-message.ts';

/** checkout/87 before its plan is made. */
export const fresh: Standing = {
  name: 'checkout/87',
  paused: false,
  held: false,
  touched: false,
  finishing: false,
  stop: null,
  asking: false,
  losing: false,
  planned: false,
  admitted: false,
};

/** In its regions, by its approvals. */
export const rolling: Standing = { ...fresh, planned: true, admitted: true, touched: true };
