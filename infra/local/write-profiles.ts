import path from 'node:path';
import type { Installation } from './prepare-installation.ts';
import { apiUrl, personTokenFile, type StackShape } from './programs.ts';
import { writeSecret } from './stack-secrets.ts';

/** Who acts unless the command says otherwise: may do everything. */
export const mainPerson = 'mo';

/** Tells the command line where this stack is and who there is, in the form of a person's own profiles. */
export function writeProfiles(shape: StackShape, { people }: Installation): void {
  const folder = path.dirname(shape.data.profiles);
  const profiles = people.map(({ name }) => [
    name,
    { api: apiUrl(shape), tokenFile: path.relative(folder, personTokenFile(shape, name)) },
  ]);
  writeSecret(shape.data.profiles, `${JSON.stringify({ use: mainPerson, profiles: Object.fromEntries(profiles) })}\n`);
}
