import type { RouteHandlers } from '../../http/typed-routes.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';
import { serviceParameter } from '../reads/parameters.ts';
import { deploymentPlan, type PlanParts } from './deployment-plan.ts';

export interface PlanHandlerParts extends PlanParts {
  readonly dialogs: Dialogs;
  readonly now: () => Date;
}

/** What would happen, said before it does. */
export const planHandlers = (parts: PlanHandlerParts): Pick<RouteHandlers, 'showPlan' | 'showDialog'> => ({
  showPlan: ({ parameters, query }) =>
    deploymentPlan(parts, serviceParameter(parameters), { ...query, release: query.release }, parts.now()),
  showDialog: ({ person, parameters, query }) =>
    parts.dialogs.show(person, { ...query, service: serviceParameter(parameters) }),
});
