import { Migration } from '@mikro-orm/migrations';

/** A region may be left out of new deployments, and may be gone; its name stays, for what was. */
export class RegionLife extends Migration {
  override up(): void {
    this.addSql('alter table region add column drain jsonb null, add column removed_at timestamptz(3) null;');
  }
}
