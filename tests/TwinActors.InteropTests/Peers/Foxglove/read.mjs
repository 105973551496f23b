// Reads a live robot with Foxglove's own client (@foxglove/ws-protocol) and prints what it decoded as one JSON document.
// Usage: node --experimental-websocket read.mjs URL FOLDER-WITH-NODE_MODULES SUBPROTOCOL ROBOT
import { createRequire } from 'node:module';

const [url, packages, subprotocol, robot] = process.argv.slice(2);
const require = createRequire(`${packages}/package.json`);
const { FoxgloveClient } = require('@foxglove/ws-protocol');
const { parse } = require('@foxglove/rosmsg');
const { MessageReader } = require('@foxglove/rosmsg2-serialization');

// The published client insists on the older name of the protocol.
const socket = new WebSocket(url, [subprotocol]);
Object.defineProperty(socket, 'protocol', { value: FoxgloveClient.SUPPORTED_SUBPROTOCOL });
const client = new FoxgloveClient({ ws: socket });
const wanted = [`/${robot}/joint_states`, `/${robot}/odom`, `/${robot}/robot_description`, `/${robot}/twin`];
const result = { topics: [], statuses: [], times: 0, joints: [] };
const readers = new Map();

function finishWhenDone() {
  if (result.joints.length >= 50 && result.odom && result.description && result.twin && result.times > 0) {
    console.log(JSON.stringify(result));
    process.exit(0);
  }
}

client.on('serverInfo', (info) => (result.info = info));
client.on('status', (status) => result.statuses.push(status.message));
client.on('time', () => result.times++);
client.on('advertise', (channels) => {
  for (const channel of channels) {
    result.topics.push(channel.topic);
    if (wanted.includes(channel.topic)) {
      const read =
        channel.encoding === 'cdr'
          ? (data) => new MessageReader(parse(channel.schema, { ros2: true })).readMessage(data)
          : (data) => JSON.parse(new TextDecoder().decode(data));
      readers.set(client.subscribe(channel.id), { topic: channel.topic, read });
    }
  }
});
client.on('message', ({ subscriptionId, timestamp, data }) => {
  const { topic, read } = readers.get(subscriptionId);
  const message = read(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (topic.endsWith('/joint_states')) {
    const { name, position, velocity } = message;
    result.joints.push({ time: String(timestamp), name, position: [...position], velocity: [...velocity] });
  }
  if (topic.endsWith('/odom')) result.odom = message.header.frame_id;
  if (topic.endsWith('/robot_description')) result.description = message.data.length;
  if (topic.endsWith('/twin')) result.twin = message.id;
  finishWhenDone();
});
client.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
