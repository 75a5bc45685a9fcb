/** Where code starts in a sandbox, and what it writes is collected from. */
export const WORKING_FOLDER = "/work";
/** Below it each data folder is mounted, by its number. */
export const DATA_MOUNTS = "/data";
