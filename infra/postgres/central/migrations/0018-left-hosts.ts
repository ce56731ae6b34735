import { Migration } from '@mikro-orm/migrations';

/** Hosts that undos have left, by name, as their regions tell them. */
export class LeftHosts extends Migration {
  override up(): void {
    this.addSql(`
create table left_host (
  service text not null,
  deployment int not null,
  region text not null,
  host text not null,
  runs text null,
  release int null,
  why text not null,
  sequence bigint not null,
  since timestamptz(3) not null,
  gone_at timestamptz(3) null,
  primary key (service, deployment, region, host)
);
create index left_host_standing on left_host (region) where gone_at is null;
alter table left_host add constraint left_host_region_foreign foreign key (region) references region (name) on update no action on delete no action;
`);
  }
}
