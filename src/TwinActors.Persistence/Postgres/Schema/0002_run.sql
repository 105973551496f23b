-- Where the events of an entity lie, a run in each row: places = shard sequences of its events first to last. An
-- index with an entry per event would touch a page per entity and commit, two fifths of the price of an append. Written
-- behind the events, some hundred at a time, by the statement of a later append.
create table ta_run(
  shard  int      not null,
  entity bigint   not null,
  first  bigint   not null,
  last   bigint   not null,
  places bigint[] not null,
  primary key(shard, entity, first));

-- Nothing to compress, nothing to move out of the row.
alter table ta_run alter places set storage plain;

-- indexed = last shard sequence that the runs hold.
alter table ta_shard add column indexed bigint not null default 0;

insert into ta_run(shard, entity, first, last, places)
select shard, entity, min(eseq), max(eseq), array_agg(sseq order by eseq)
from ta_event group by shard, entity, (eseq - 1) / 512;

update ta_shard set indexed = head;

alter table ta_event drop constraint ta_event_shard_entity_eseq_key;

-- The same columns without the holes between narrow and wide ones.
drop index ta_event_cmd;

create unique index ta_event_cmd on ta_event(command, entity, shard, part) where command is not null;
