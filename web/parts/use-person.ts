import { me } from '../client/api.ts';
import { useResource, type Resource } from '../live/use-resource.ts';
import type { SignedIn } from '../client/api.ts';

const readPerson = (): Promise<SignedIn> => me();

/** Who is signed in. */
export const usePerson = (): Resource<SignedIn> => useResource(readPerson);
