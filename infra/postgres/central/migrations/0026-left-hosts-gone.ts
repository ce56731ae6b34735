import { Migration } from '@mikro-orm/migrations';

/** Each whole list of a region looks for rows that are old enough to be forgotten. */
export class LeftHostsGone extends Migration {
  override up(): void {
    this.addSql('create index left_host_gone on left_host (region, gone_at) where gone_at is not null;');
  }
}
