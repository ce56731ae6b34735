import type { DatabaseOptions } from '../connect.ts';
import { InitialSchema } from './migrations/0001-initial-schema.ts';

/** Oldest first. A migration that was released is never edited: another is added. */
export const centralMigrations: DatabaseOptions['migrations'] = [{ name: '0001-initial-schema', class: InitialSchema }];
