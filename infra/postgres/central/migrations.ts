import type { DatabaseOptions } from '../connect.ts';
import { InitialSchema } from './migrations/0001-initial-schema.ts';
import { ReleaseAuthors } from './migrations/0002-release-authors.ts';
import { ObligationTriedAt } from './migrations/0003-obligation-tried-at.ts';

/** Oldest first. A migration that was released is never edited: another is added. */
export const centralMigrations: DatabaseOptions['migrations'] = [
  { name: '0001-initial-schema', class: InitialSchema },
  { name: '0002-release-authors', class: ReleaseAuthors },
  { name: '0003-obligation-tried-at', class: ObligationTriedAt },
];
