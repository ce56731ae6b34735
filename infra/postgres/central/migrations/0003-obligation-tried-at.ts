import { Migration } from '@mikro-orm/migrations';

export class ObligationTriedAt extends Migration {
  override up(): void {
    this.addSql('alter table obligation add column tried_at timestamptz(3) null');
  }
}
