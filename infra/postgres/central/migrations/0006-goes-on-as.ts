import { Migration } from '@mikro-orm/migrations';

export class GoesOnAs extends Migration {
  override up(): void {
    this.addSql('alter table deployment add column goes_on_as int null');
  }
}
