/**
 * Settings of the kernel for this application. Environment variables and `.env` come before them; `.env.example` lists
 * all there are. Settings of an extension stand in a file of its name, `config/blog.ts`.
 */
export default {};
