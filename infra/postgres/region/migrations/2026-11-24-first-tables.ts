import { Migration } from '@mikro-orm/migrations';

export class FirstTables extends Migration {
  override up(): void {
    this.addSql(`
      create table host (
        id text primary key, labels jsonb not null, token_hash text not null,
        maintenance boolean not null default false, enrolled_at timestamptz not null default now(),
        last_seen_at timestamptz, reported_at timestamptz, boot_id text, agent_version text,
        report_sequence bigint not null default 0,
        constraint host_token_hash_unique unique (token_hash)
      )`);
    this.addSql(`
      create table host_service (
        host text not null, service text not null, generation bigint not null,
        attempt_deployment bigint, attempt_local bigint, running text, health text not null, state text not null,
        refused jsonb not null, pinned boolean not null, maintenance boolean not null, instance jsonb, reason text,
        trace jsonb, traced_at timestamptz, switches int not null default 0, sequence bigint not null,
        reported_at timestamptz not null, changed_at timestamptz not null,
        primary key (host, service)
      )`);
    this.addSql('create index host_service_service_index on host_service (service)');
    this.addSql(`
      create table goal (
        service text primary key, row jsonb not null, generation bigint not null, envelope jsonb not null,
        etag text not null, admissions jsonb not null, traceparent text, absent_after_ms int not null,
        changed_at timestamptz not null, begun_at timestamptz not null, signed_at timestamptz not null
      )`);
    this.addSql(`
      create table snapshot (
        service text not null, deployment int not null, host text not null, position text not null,
        primary key (service, deployment, host)
      )`);
    this.addSql(`
      create table batch (
        service text not null, deployment int not null, local int not null, number int not null, cut text not null,
        members jsonb not null, started_at timestamptz not null,
        primary key (service, deployment, local, number)
      )`);
    this.addSql('create table chunk (digest text primary key, size_bytes bigint not null)');
    this.addSql(`
      create table replica (
        release text primary key, service text not null, number int not null, state text not null, envelope jsonb,
        copied_bytes bigint not null default 0, reused_bytes bigint not null default 0,
        opened_at timestamptz not null, published_at timestamptz,
        constraint replica_state_check check (state in ('copying', 'published'))
      )`);
    this.addSql(
      'create table replica_chunk (release text not null, digest text not null, primary key (release, digest))',
    );
    this.addSql('create table region_setting (name text primary key, value jsonb not null)');
    this.addSql(`
      create table summary_cursor (
        region text primary key, sequence bigint not null, claimed_at timestamptz not null, accepted_digest text
      )`);
  }
}
