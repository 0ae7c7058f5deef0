import { SharedPool } from './shared-pool.ts';

/** What the test asks of the process that this file is run in. */
export type Order = { readonly send: number; readonly deadline: number } | 'states' | 'end';

// One pool in a process of its own. It ends when nothing holds it any more.
const pool = new SharedPool(JSON.parse(process.argv[2] ?? ''));

async function obey(order: Order): Promise<unknown> {
  if (order === 'states') return pool.states();
  if (order !== 'end') return pool.sendMany(order.send, order.deadline);
  await pool[Symbol.asyncDispose]();
  return 'ended';
}

process.on('message', (order: Order) => {
  void obey(order).then((answer) => {
    process.send?.(answer);
    if (order === 'end') process.disconnect?.();
  });
});
