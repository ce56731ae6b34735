import { Migration } from '@mikro-orm/migrations';

/** When a host last spoke, and of which services: their rows are written only when it says something new of them. */
export class HeardHosts extends Migration {
  override up(): void {
    this.addSql(`
      alter table host add column heard_at timestamptz, add column heard_of text[] not null default '{}'`);
    // Each report writes its host's row: with room on its page for a second one no index is written.
    this.addSql('alter table host set (fillfactor = 70)');
  }
}
