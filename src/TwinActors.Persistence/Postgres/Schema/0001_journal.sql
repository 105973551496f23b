-- The tables of a journal. The same on every store; only the types differ.
-- Stamps are nanoseconds since 1970-01-01 UTC. Texts are ordered by their bytes, on every server alike.

-- First, because two nodes that start at once meet here: one creates it, the other waits and finds it.
create table ta_cluster(
  one              int    primary key check(one = 1),
  cluster_id       uuid   not null,
  shards           int    not null,
  next_incarnation bigint not null,
  store_generation bigint not null,
  schema_version   int    not null);

-- One row per opening of the journal.
create table ta_node(
  incarnation bigint primary key,
  node        text   not null,
  address     text   not null,
  zone        text,
  caps        text,
  beat        bigint not null,
  state       text   not null check(state in ('up', 'draining', 'dead')),
  load        real   not null default 0);

-- The fence: an append must find its epoch, its owner and its predecessor here. head = last shard sequence.
-- Room on each page for the row's next versions, so that moving the head touches no index.
create table ta_shard(
  shard  int    primary key,
  epoch  bigint not null,
  owner  bigint,
  head   bigint not null,
  wanted bigint) with (fillfactor = 20);

-- Who owned what, for ever. from_seq = head when the epoch began: what is behind it was not written before.
create table ta_epoch(
  shard    int    not null,
  epoch    bigint not null,
  owner    bigint not null,
  from_seq bigint not null,
  reason   text,
  at       bigint not null,
  primary key(shard, epoch));

-- entity = shard sequence of the entity's first event.
create table ta_entity(
  shard  int    not null,
  entity bigint not null,
  tenant int    not null,
  type   text   collate "C" not null,
  key    text   collate "C" not null,
  primary key(shard, entity),
  unique(shard, tenant, type, key));

create index ta_entity_type on ta_entity(type, tenant, key);

-- Stable names of events; a row of ta_event only carries the number.
create table ta_event_kind(
  kind    int  primary key,
  name    text collate "C" not null,
  version int  not null,
  unique(name, version));

-- part = index of the event in the append that wrote it: the events of one command are those with its id.
-- command_hash = hash of what the command asks, to tell a resend from an id that is used twice.
-- Wide columns first: no byte is lost to alignment.
create table ta_event(
  sseq         bigint not null,
  epoch        bigint not null,
  entity       bigint not null,
  eseq         bigint not null,
  at           bigint not null,
  command_hash bigint,
  shard        int    not null,
  part         int    not null,
  kind         int    not null,
  key_id       int,
  command      uuid,
  body         bytea  not null,
  primary key(shard, sseq),
  unique(shard, entity, eseq));

-- Trying to compress costs processor time in each append.
alter table ta_event alter body set storage external;

-- Exactly-once backstop. The command leads because ids are time-ordered: new entries go to the end of the index.
create unique index ta_event_cmd on ta_event(command, shard, entity, part) where command is not null;

-- Several of an entity, so that there is another when one is damaged.
-- kind = name and version of the state, in ta_event_kind; sseq = shard sequence of the last event in the state.
create table ta_snapshot(
  shard  int    not null,
  entity bigint not null,
  eseq   bigint not null,
  sseq   bigint not null,
  epoch  bigint not null,
  kind   int    not null,
  codec  int    not null,
  crc    bigint not null,
  at     bigint not null,
  body   bytea  not null,
  primary key(shard, entity, eseq));
