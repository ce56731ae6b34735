import type { Digest } from '../domain/names.ts';
import type { Plan } from '../domain/plan/plan.ts';
import { canonicalJson } from './canonical-json.ts';
import { digestOf } from './digest.ts';

/** Over the plan's canonical text: equal plans have equal digests wherever they were computed. */
export const planDigestOf = (plan: Plan): Digest => digestOf(canonicalJson(plan));
