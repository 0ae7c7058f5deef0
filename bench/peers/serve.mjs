// Tells the parent process where a server listens, and how much processor time it has used when asked.

/** @param {import('node:http').Server} server that listens, on port 0 of the loopback interface */
export function report(server) {
  process.on('message', () => process.send({ cpu: process.cpuUsage() }));
  process.on('disconnect', () => process.exit());
  process.send({ port: server.address().port });
}

export const host = '127.0.0.1';
