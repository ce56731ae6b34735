import { Migration } from '@mikro-orm/migrations';

export class HostIdentity extends Migration {
  override up(): void {
    // Hosts had bearer tokens before they had certificates.
    this.addSql('alter table host drop column token_hash');
    this.addSql(`
      create table host_identity (
        host text primary key, key text not null, next_key text, former_key text, presence jsonb not null,
        enrolled_at timestamptz not null default now(), renewed_at timestamptz, expires_at timestamptz not null,
        revoked_at timestamptz, revoked_by text, quarantined_at timestamptz, quarantine text,
        released_at timestamptz, released_by text,
        constraint host_identity_key_unique unique (key)
      )`);
    this.addSql(`
      create table enrolment_token (
        hash text primary key, host text, labels jsonb not null, created_by text not null,
        created_at timestamptz not null default now(), expires_at timestamptz not null,
        used_at timestamptz, used_by text, used_key text, refusals int not null default 0, refused_at timestamptz,
        refused text
      )`);
  }
}
