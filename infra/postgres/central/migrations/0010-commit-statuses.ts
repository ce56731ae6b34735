import { Migration } from '@mikro-orm/migrations';

export class CommitStatuses extends Migration {
  override up(): void {
    this.addSql(`create table commit_status (
  repository text not null,
  commit text not null,
  context text not null,
  state text not null,
  url text null,
  reported_at timestamptz(3) not null,
  sequence bigint not null,
  received_at timestamptz(3) not null,
  primary key (repository, commit, context)
)`);
    this.addSql('create index commit_status_received_at on commit_status (received_at)');
  }
}
