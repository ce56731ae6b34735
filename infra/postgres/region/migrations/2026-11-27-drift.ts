import { Migration } from '@mikro-orm/migrations';

/** How the tree that a host installed differs from what was signed, as it said last. */
export class HostDrift extends Migration {
  override up(): void {
    this.addSql('alter table host_service add column drift jsonb');
  }
}
