import { Migration } from '@mikro-orm/migrations';

/** A merge supersedes those that waited, and brings their changes: who made them may not approve it. */
export class WhatAMergeCarries extends Migration {
  override up(): void {
    this.addSql(`
alter table release add column carries jsonb null;
alter table deployment add column superseded_by int null;
`);
  }
}
