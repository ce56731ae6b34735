import { Migration } from '@mikro-orm/migrations';

/** Why a deployment is where it is, what ran before it, what its build printed; and browsers that are signed in. */
export class WhatPeopleAsk extends Migration {
  override up(): void {
    this.addSql(`
alter table deployment add column waiting_for text null, add column since timestamptz(3) null,
  add column from_release int null, add column run_id text null;
update deployment set from_release = service.current_release from service
  where service.name = deployment.service and deployment.outcome is null and deployment.started_at is not null;
alter table release add column build_log jsonb null;
create table sign_in_code (
  hash text not null,
  token_hash text not null,
  expires_at timestamptz(3) not null,
  primary key (hash)
);
create table web_session (
  hash text not null,
  token_hash text not null,
  expires_at timestamptz(3) not null,
  primary key (hash)
);
alter table sign_in_code add constraint sign_in_code_token_hash_foreign foreign key (token_hash) references api_token (hash) on update no action on delete cascade;
alter table web_session add constraint web_session_token_hash_foreign foreign key (token_hash) references api_token (hash) on update no action on delete cascade;
`);
  }
}
