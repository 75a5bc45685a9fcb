/** Where code starts in a sandbox, and what it writes is collected from. */
export const WORKING_FOLDER = "/work";
/** Below it each data folder is mounted, by its number. */
export const DATA_MOUNTS = "/data";
/** Where the gateway keeps what a run puts out, for whoever comes after its window. */
export const KEPT_FOLDER = "/kept";
export const KEPT_FILE = "outputs.jsonl";
