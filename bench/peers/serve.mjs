// What all peers share: where they listen, and how the parent process learns of it.

/** @param {import('node:http').Server} server that listens, on port 0 of the loopback interface */
export function report(server) {
  process.on('disconnect', () => process.exit());
  process.send({ port: server.address().port });
}

export const host = '127.0.0.1';
