import { defineRule } from 'backplane';

export default defineRule({
  name: 'no-shouting',
  check: ({ value }) => (/[a-z]/.test(String(value)) ? undefined : 'must not be written in capitals alone'),
});
