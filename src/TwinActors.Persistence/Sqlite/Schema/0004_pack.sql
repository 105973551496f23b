-- Many events in one row, for entities with a high rate: count events lie at the places from pos on, where ta_event has
-- none. Layout of the body: see PackBytes. crc = CRC-32C of the body.
create table ta_pack(
  pos   integer primary key,
  count integer not null,
  crc   integer not null,
  body  blob    not null);
