import type { RouteHandlers } from '../../http/typed-routes.ts';
import type { Dialogs } from '../dialogs/dialogs.ts';
import { serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import { deploymentPlan } from './deployment-plan.ts';

/** What would happen, said before it does. */
export const planHandlers = (
  projection: Projection,
  dialogs: Dialogs,
  now: () => Date,
): Pick<RouteHandlers, 'showPlan' | 'showDialog'> => ({
  showPlan: ({ parameters, query }) => deploymentPlan(projection, serviceParameter(parameters), query.release, now()),
  showDialog: ({ person, parameters, query }) =>
    dialogs.show(person, { ...query, service: serviceParameter(parameters) }),
});
