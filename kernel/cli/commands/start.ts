import { defineBuiltin } from '../builtin.ts';

export default defineBuiltin({
  example: 'PORT=8080 backplane start',
  async run({ surroundings, terminal }) {
    const { serve } = await import('../serve.ts');
    return serve(surroundings, surroundings.env, terminal);
  },
});
