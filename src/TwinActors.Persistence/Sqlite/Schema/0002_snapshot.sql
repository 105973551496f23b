-- Snapshots: several of an entity, so that there is another when one is damaged. Nothing was written into the old table.
drop table ta_snapshot;

-- kind = name and version of the state, in ta_event_kind; sseq = shard sequence of the last event in the state.
create table ta_snapshot(
  shard  integer not null,
  entity integer not null,
  eseq   integer not null,
  sseq   integer not null,
  epoch  integer not null,
  kind   integer not null,
  codec  integer not null,
  crc    integer not null,
  at     integer not null,
  body   blob    not null,
  primary key(shard, entity, eseq));

-- Hash of what the command asks, to tell a resend from an id that is used twice.
alter table ta_event add column command_hash integer;
