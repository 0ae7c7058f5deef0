/** Where the modules of one extension lie. */
export interface ModuleSource {
  /** The extension's name. */
  readonly name: string;
  /** The real path of its folder, anywhere on disk. */
  readonly folder: string;
}
