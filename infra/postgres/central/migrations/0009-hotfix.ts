import { Migration } from '@mikro-orm/migrations';

export class Hotfix extends Migration {
  override up(): void {
    this.addSql('alter table deployment add column hotfix jsonb null');
  }
}
