import { defineRule } from 'backplane';

export default defineRule({
  name: 'polite',
  check: ({ value }) => (String(value).includes('damn') ? 'must be polite' : undefined),
});
