import type { Capacities } from '../../domain/approval/eligible.ts';
import type { ServiceName } from '../../domain/names.ts';

/** What people may do now. A token says what they could do when it was made. */
export interface PersonRoles {
  capacitiesOf(person: string, service: ServiceName): Promise<Capacities>;
}
