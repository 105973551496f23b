-- Events in the order of their commits: a new one goes to the end of the file, whatever its entity. An index with an
-- entry per event would touch a page per entity and commit, which is four fifths of the price of an append.
create table ta_log(
  pos          integer primary key,
  shard        integer not null,
  sseq         integer not null,
  epoch        integer not null,
  entity       integer not null,
  eseq         integer not null,
  part         integer not null,
  kind         integer not null,
  command      blob,
  command_hash integer,
  key_id       integer,
  at           integer not null,
  body         blob    not null);

insert into ta_log(shard, sseq, epoch, entity, eseq, part, kind, command, command_hash, key_id, at, body)
select shard, sseq, epoch, entity, eseq, part, kind, command, command_hash, key_id, at, body
from ta_event order by rowid;

drop table ta_event;
alter table ta_log rename to ta_event;

-- Exactly-once backstop. The command leads because ids are time-ordered: new entries go to the end of the index.
create unique index ta_event_cmd on ta_event(command, shard, entity, part) where command is not null;

-- Where the events of a stream lie, a run of them in each row: pairs of steps (sequence, pos) as variable-length
-- numbers. The runs of entity 0 are those of the whole shard. Written behind the events, some hundred at a time.
create table ta_run(
  shard  integer not null,
  entity integer not null,
  first  integer not null,
  last   integer not null,
  places blob    not null,
  primary key(shard, entity, first)) without rowid;

-- Last shard sequence that the runs hold, and a pos up to which they hold every event of every shard.
alter table ta_shard add column indexed integer not null default 0;
alter table ta_cluster add column indexed_pos integer not null default 0;
