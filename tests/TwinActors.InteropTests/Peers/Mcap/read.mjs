// Reads an MCAP file with @mcap/core, by its index and front to back, and prints one line a way: how many messages, and
// a SHA-256 over all of them. Usage: node read.mjs FILE FOLDER-WITH-NODE_MODULES [FROM-NS UNTIL-NS TOPIC]
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const [path, packages, from, until, topic] = process.argv.slice(2);
const { McapIndexedReader, McapStreamReader } = createRequire(`${packages}/package.json`)('@mcap/core');

class Tally {
  #hash = createHash('sha256');
  #count = 0;

  add(channel, schema, message) {
    const times = `${message.sequence} ${message.logTime} ${message.publishTime}`;
    this.#hash.update(`${channel.topic} ${channel.messageEncoding} ${schema?.name ?? ''} ${times} ${message.data.length}\n`);
    this.#hash.update(message.data);
    this.#count++;
  }

  print(way, profile) {
    console.log(`${way} ${profile} ${this.#count} ${this.#hash.digest('hex')}`);
  }
}

const file = await open(path);
const { size } = await file.stat();
const reader = await McapIndexedReader.Initialize({
  readable: {
    size: async () => BigInt(size),
    read: async (offset, length) => {
      const bytes = new Uint8Array(Number(length));
      await file.read(bytes, 0, bytes.length, Number(offset));
      return bytes;
    },
  },
});
const indexed = new Tally();
const window = topic ? { startTime: BigInt(from), endTime: BigInt(until), topics: [topic] } : {};
for await (const message of reader.readMessages({ ...window, validateCrcs: true })) {
  const channel = reader.channelsById.get(message.channelId);
  indexed.add(channel, reader.schemasById.get(channel.schemaId), message);
}
if (!topic && Number(reader.statistics.messageCount) !== [...reader.statistics.channelMessageCounts.values()]
  .reduce((sum, count) => sum + Number(count), 0)) {
  throw new Error('statistics do not add up');
}
indexed.print('indexed', reader.header.profile);

const streamed = new Tally();
const stream = new McapStreamReader({ validateCrcs: true });
stream.append(await readFile(path));
const [channels, schemas] = [new Map(), new Map()];
for (let record; (record = stream.nextRecord()); ) {
  if (record.type === 'Schema') schemas.set(record.id, record);
  if (record.type === 'Channel') channels.set(record.id, record);
  if (record.type === 'Message') {
    const channel = channels.get(record.channelId);
    streamed.add(channel, schemas.get(channel.schemaId), record);
  }
}
if (!stream.done()) throw new Error('the file does not end as it should');
streamed.print('streamed', reader.header.profile);
