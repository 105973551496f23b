-- The tables of a journal. The same on every store; SQLite's types are looser.
-- Stamps are nanoseconds since 1970-01-01 UTC; ids are 16 bytes in the order in which they are written.

create table ta_cluster(
  one              integer primary key check(one = 1),
  cluster_id       blob    not null,
  shards           integer not null,
  next_incarnation integer not null,
  store_generation integer not null,
  schema_version   integer not null);

-- One row per opening of the journal.
create table ta_node(
  incarnation integer primary key,
  node        text    not null,
  address     text    not null,
  zone        text,
  caps        text,
  beat        integer not null,
  state       text    not null check(state in ('up', 'draining', 'dead')),
  load        real    not null default 0);

-- The fence: an append must find its epoch and its predecessor here. head = last shard sequence.
create table ta_shard(
  shard  integer primary key,
  epoch  integer not null,
  owner  integer,
  head   integer not null,
  wanted integer);

-- Who owned what, for ever.
create table ta_epoch(
  shard    integer not null,
  epoch    integer not null,
  owner    integer not null,
  from_seq integer not null,
  reason   text,
  at       integer not null,
  primary key(shard, epoch)) without rowid;

create table ta_entity(
  shard  integer not null,
  entity integer not null,
  tenant integer not null,
  type   text    not null,
  key    text    not null,
  primary key(shard, entity),
  unique(shard, tenant, type, key));

create index ta_entity_type on ta_entity(tenant, type, key);

-- Stable names of events; a row of ta_event only carries the number.
create table ta_event_kind(
  kind    integer primary key,
  name    text    not null,
  version integer not null,
  unique(name, version));

-- part = index of the event in the append that wrote it: the events of one command are those with its id.
create table ta_event(
  shard   integer not null,
  sseq    integer not null,
  epoch   integer not null,
  entity  integer not null,
  eseq    integer not null,
  part    integer not null,
  kind    integer not null,
  command blob,
  key_id  integer,
  at      integer not null,
  body    blob    not null,
  primary key(shard, sseq),
  unique(shard, entity, eseq));

-- Exactly-once backstop. The command leads because ids are time-ordered: new entries go to the end of the index.
create unique index ta_event_cmd on ta_event(command, shard, entity, part) where command is not null;

create table ta_snapshot(
  shard  integer not null,
  entity integer not null,
  eseq   integer not null,
  sseq   integer not null,
  epoch  integer not null,
  codec  integer not null,
  crc    integer not null,
  body   blob    not null,
  primary key(shard, entity));
