import type { Role } from '../../domain/states.ts';

/** What people may do now. A token says what they could do when it was made. */
export interface PersonRoles {
  rolesOf(person: string): Promise<readonly Role[]>;
}
