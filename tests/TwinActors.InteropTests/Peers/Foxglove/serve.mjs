// Serves a robot with Foxglove's own server (@foxglove/ws-protocol) and prints the port; ends with its input.
// Usage: node serve.mjs FOLDER-WITH-NODE_MODULES
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(`${process.argv[2]}/package.json`);
const { FoxgloveServer } = require('@foxglove/ws-protocol');
const { parse } = require('@foxglove/rosmsg');
const { MessageWriter } = require('@foxglove/rosmsg2-serialization');

const schema = `std_msgs/Header header
string[] name
float64[] position
float64[] velocity
float64[] effort
${'='.repeat(80)}
MSG: std_msgs/Header
builtin_interfaces/Time stamp
string frame_id
${'='.repeat(80)}
MSG: builtin_interfaces/Time
int32 sec
uint32 nanosec`;
const writer = new MessageWriter(parse(schema, { ros2: true }));
const server = new FoxgloveServer({ name: 'peer' });
const joints = server.addChannel({
  topic: '/joint_states',
  encoding: 'cdr',
  schemaName: 'sensor_msgs/msg/JointState',
  schemaEncoding: 'ros2msg',
  schema,
});
server.addChannel({ topic: '/notes', encoding: 'json', schemaName: 'Note', schemaEncoding: 'jsonschema', schema: '{}' });

let row = 0;
setInterval(() => {
  row++;
  const header = { stamp: { sec: 1000 + row, nanosec: 0 }, frame_id: '' };
  const message = { header, name: ['shoulder', 'elbow'], position: [row, -row], velocity: [], effort: [] };
  server.sendMessage(joints, BigInt(row), writer.writeMessage(message));
}, 20);

// The little of RFC 6455 that the server asks of its sockets.
class Connection {
  binaryType = '';
  protocol = FoxgloveServer.SUPPORTED_SUBPROTOCOL;
  #socket;
  #rest = Buffer.alloc(0);

  constructor(socket) {
    this.#socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.onclose?.({}));
    socket.on('data', (data) => this.#take(data));
  }

  close() {
    this.#socket.end();
  }

  send(data) {
    const isText = typeof data === 'string';
    const body = isText
      ? Buffer.from(data)
      : ArrayBuffer.isView(data)
        ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
        : Buffer.from(data);
    this.#write(isText ? 1 : 2, body);
  }

  #write(kind, body) {
    const head = Buffer.alloc(body.length < 126 ? 2 : 4);
    head[0] = 0x80 | kind;
    if (body.length < 126) head[1] = body.length;
    else {
      head[1] = 126;
      head.writeUInt16BE(body.length, 2);
    }
    this.#socket.write(Buffer.concat([head, body]));
  }

  #take(data) {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 2) return;
      const isLong = (rest[1] & 127) === 126;
      const start = isLong ? 8 : 6;
      if (rest.length < start) return;
      const length = isLong ? rest.readUInt16BE(2) : rest[1] & 127;
      if (rest.length < start + length) return;
      const mask = rest.subarray(start - 4, start);
      const body = Buffer.from(rest.subarray(start, start + length).map((byte, i) => byte ^ mask[i % 4]));
      this.#rest = rest.subarray(start + length);
      const kind = rest[0] & 15;
      if (kind === 1) this.onmessage?.({ data: body.toString() });
      if (kind === 8) this.close();
      if (kind === 9) this.#write(10, body);
    }
  }
}

const http = createServer();
http.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const accept = createHash('sha1').update(key).digest('base64');
  const offered = request.headers['sec-websocket-protocol'].split(',').map((name) => name.trim());
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${server.handleProtocols(offered)}\r\n\r\n`,
  );
  server.handleConnection(new Connection(socket), 'client');
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
server.on('error', (error) => console.error(error));
process.stdin.on('end', () => process.exit(0)).resume();
