import { faultCause, isInfrastructureFault } from './faults.ts';

/**
 * An activity that is repeated until it heals says nothing to its workflow meanwhile. So it is called with a limit first;
 * when that ends in a fault, the fault is shown, and the activity is called again without one. History grows by one call.
 *
 * @param show hears what went wrong, in one sentence; `null` when no attempt ended at all: nobody took it up
 * @throws what either call throws that is no fault of the infrastructure
 */
export async function showingFaults<T>(
  first: () => Promise<T>,
  untilItHeals: () => Promise<T>,
  show: (fault: string | null) => void,
): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (!isInfrastructureFault(error)) throw error;
    show(faultCause(error));
  }
  return untilItHeals();
}
